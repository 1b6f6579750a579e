"""
Answers as a contestant of the benchmark does: one update of a distillation for each line on standard input. Two ancestral
steps of the teacher without gradients, the student's forward pass, KL(student || teacher) over the masked positions in
float32, backward, clipping, AdamW and the moving average. In bfloat16 it is the networks that autocast computes in it.
"""
import json
import sys

import torch

from answer_steps import answer_steps
from dit import DiT

argument = json.loads(sys.argv[1])
config, batch, length = argument["config"], argument["batch"], argument["length"]
device = torch.device(argument.get("device", "cpu"))
half = argument.get("dtype", "float32") == "bfloat16"
torch.set_num_threads(argument["threads"])
torch.manual_seed(1)


def create():
    model = DiT(
        config["vocabSize"], config["hiddenSize"], config["blockCount"], config["headCount"], config["conditionSize"]
    )
    for parameter in model.parameters():
        torch.nn.init.uniform_(parameter, -0.02, 0.02)
    return model.to(device)


student, teacher = create(), create()
teacher.load_state_dict(student.state_dict())
teacher.requires_grad_(False)
average = [parameter.detach().clone() for parameter in student.parameters()]
fused = {"fused": True} if device.type == "cuda" else {}
optimizer = torch.optim.AdamW(student.parameters(), lr=6e-5, weight_decay=0.0, **fused)
mask = config["vocabSize"] - 1
clean = torch.randint(mask, (batch, length), device=device)
sigma = torch.zeros(batch, device=device)
dt = 1 / 128


def log_probs(model, tokens):
    with torch.autocast(device.type, torch.bfloat16, enabled=half):
        logits = model(tokens, sigma)
    logits = logits.float()
    logits[:, :, mask] += -1_000_000.0
    return logits.log_softmax(-1)


def step():
    t = ((torch.rand(batch, device=device) + torch.arange(batch, device=device)) / batch).clamp_min(1e-5)[:, None]
    noised = torch.where(torch.rand(batch, length, device=device) < t, mask, clean)
    with torch.no_grad():
        now = noised.clone()
        target = log_probs(teacher, now)
        reveal = (now == mask) & (torch.rand(batch, length, device=device) < dt / t)
        race = target.exp() / (1e-10 - (torch.rand_like(target) + 1e-10).log())
        now = torch.where(reveal, race.argmax(-1), now)
        target = torch.where((now == mask)[:, :, None], log_probs(teacher, now), target)
    masked = noised == mask
    own, aim = log_probs(student, noised)[masked][:, :mask], target[masked][:, :mask]
    loss = (own.exp() * (own - aim)).sum(-1).mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(average, list(student.parameters()), 1 - 0.9999)
    loss.item()


answer_steps(step)
