"""
Answers as a contestant of the benchmark does: a batch of texts in so many ancestral steps of MDLM's sampler for each line
on standard input. The step is the published one: logits of all positions, SUBS, and a float32 Gumbel race over the whole
vocabulary. Weights are random, in the type that the network computes in.
"""
import json
import sys

import torch

from answer_steps import answer_steps
from dit import DiT

argument = json.loads(sys.argv[1])
config, batch, steps = argument["config"], argument["batch"], argument["steps"]
device, dtype = torch.device(argument["device"]), getattr(torch, argument["dtype"])
torch.set_num_threads(argument["threads"])

model = DiT(
    config["vocabSize"], config["hiddenSize"], config["blockCount"], config["headCount"], config["conditionSize"]
)
model.requires_grad_(False).to(device, dtype)
for parameter in model.parameters():
    torch.nn.init.uniform_(parameter, -0.035, 0.035)
mask = config["vocabSize"] - 1
sigma = torch.zeros(batch, device=device)


def draw(tokens, t, dt):
    logits = model(tokens, sigma).float()
    logits[:, :, mask] += -1_000_000.0
    probs = logits.log_softmax(-1).exp() * dt
    probs[:, :, mask] = t - dt
    race = 1e-10 - (torch.rand_like(probs) + 1e-10).log()
    return (probs / race).argmax(-1)


@torch.inference_mode()
def sample():
    tokens = torch.full((batch, config["length"]), mask, device=device)
    for step in range(steps):
        drawn = draw(tokens, 1 - step / steps, 1 / steps)
        tokens = torch.where(tokens == mask, drawn, tokens)
    return tokens.cpu()


answer_steps(sample)
