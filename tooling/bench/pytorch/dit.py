"""The DiT that MDLM and SDTT checkpoints hold, stated in PyTorch under the same tensor names: the one to compare with."""
import functools
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


@functools.lru_cache
def rotary(length, dim, device, dtype, base=10_000.0):
    inverse = 1.0 / base ** (torch.arange(0, dim, 2).double() / dim)
    angles = torch.arange(length).double()[:, None] * inverse[None]
    return angles.cos().to(device, dtype), angles.sin().to(device, dtype)


def rotate(x, cos, sin):  # [batch, length, heads, dim]
    a, b = x.chunk(2, -1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def attention(q, k, v, fused):  # [batch, heads, length, dim]
    if fused:
        return F.scaled_dot_product_attention(q, k, v)
    return (q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])).softmax(-1) @ v


class Norm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:]) * self.weight


class SigmaMap(nn.Module):
    def __init__(self, cond):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(256, cond), nn.SiLU(), nn.Linear(cond, cond))

    def forward(self, sigma):
        places = torch.arange(128, dtype=torch.float32, device=sigma.device)
        angles = sigma[:, None].float() * torch.exp(-math.log(10_000) * places / 128)
        return self.mlp(torch.cat([angles.cos(), angles.sin()], -1).to(self.mlp[0].weight.dtype))


class Block(nn.Module):
    def __init__(self, dim, heads, cond, fused):
        super().__init__()
        self.heads = heads
        self.fused = fused
        self.norm1 = Norm(dim)
        self.attn_qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.attn_out = nn.Linear(dim, dim, bias=False)
        self.norm2 = Norm(dim)
        self.mlp = nn.Sequential(
            nn.Linear(dim, 4 * dim), nn.GELU(approximate="tanh"), nn.Linear(4 * dim, dim)
        )
        self.adaLN_modulation = nn.Linear(cond, 6 * dim)

    def forward(self, x, tables, c):
        batch, length, dim = x.shape
        s1, k1, g1, s2, k2, g2 = self.adaLN_modulation(c)[:, None].chunk(6, 2)
        qkv = self.attn_qkv(self.norm1(x) * (1 + k1) + s1)
        q, k, v = qkv.view(batch, length, 3, self.heads, dim // self.heads).unbind(2)
        # The tables may be wider than what autocast makes of the projection.
        q, k = rotate(q, *tables).type_as(v), rotate(k, *tables).type_as(v)
        mixed = attention(*(z.transpose(1, 2) for z in (q, k, v)), self.fused)
        x = x + g1 * self.attn_out(mixed.transpose(1, 2).reshape(batch, length, dim))
        return x + g2 * self.mlp(self.norm2(x) * (1 + k2) + s2)


class Embedding(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.embedding = nn.Parameter(torch.empty(vocab, dim))

    def forward(self, ids):
        return self.embedding[ids]


class Output(nn.Module):
    def __init__(self, dim, vocab, cond):
        super().__init__()
        self.norm_final = Norm(dim)
        self.linear = nn.Linear(dim, vocab)
        self.adaLN_modulation = nn.Linear(cond, 2 * dim)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c)[:, None].chunk(2, 2)
        return self.linear(self.norm_final(x) * (1 + scale) + shift)


class DiT(nn.Module):
    def __init__(self, vocab, dim, blocks, heads, cond, fused=True):
        super().__init__()
        self.vocab_embed = Embedding(vocab, dim)
        self.sigma_map = SigmaMap(cond)
        self.blocks = nn.ModuleList(Block(dim, heads, cond, fused) for _ in range(blocks))
        self.output_layer = Output(dim, vocab, cond)
        self.head_dim = dim // heads

    def forward(self, ids, sigma):
        x = self.vocab_embed(ids)
        c = F.silu(self.sigma_map(sigma))
        tables = rotary(ids.shape[1], self.head_dim, x.device, x.dtype)
        for block in self.blocks:
            x = block(x, tables, c)
        return self.output_layer(x, c)
