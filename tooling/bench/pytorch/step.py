"""
Answers as a contestant of the benchmark does: one ancestral step of MDLM's sampler for each line on standard input.
The step is the published one: logits of all positions, SUBS, and a float32 Gumbel race over the whole vocabulary.
"""
import json
import sys

import torch
from safetensors.torch import load_file

from answer_steps import answer_steps
from dit import DiT

argument = json.loads(sys.argv[1])
config = argument["config"]
torch.set_num_threads(argument["threads"])

with torch.device("meta"):
    model = DiT(
        config["vocabSize"],
        config["hiddenSize"],
        config["blockCount"],
        config["headCount"],
        config["conditionSize"],
        fused=argument["fusedAttention"],
    )
weights = load_file(argument["path"])
model.load_state_dict({name.removeprefix("backbone."): w for name, w in weights.items()}, assign=True)
del weights
mask = config["vocabSize"] - 1
tokens = torch.randint(mask, (1, config["length"]))
tokens[:, ::2] = mask


@torch.inference_mode()
def step(tokens, t=0.5, dt=1 / 32):
    logits = model(tokens, torch.zeros(len(tokens)))
    logits[:, :, mask] += -1_000_000.0
    log_probs = logits.log_softmax(-1)
    probs = log_probs.exp() * dt
    probs[:, :, mask] = t - dt
    race = 1e-10 - (torch.rand_like(probs) + 1e-10).log()
    drawn = (probs / race).argmax(-1)
    return torch.where(tokens == mask, drawn, tokens)


answer_steps(lambda: step(tokens))
