"""A train step in PyTorch with its backward products in MXFP4: python3 torch_train.py [--recipe=NAME] [--steps=N]."""

import argparse

import mxc.torch
import torch
import torch.nn.functional as F
from torch import nn

TOKENS, WIDTH, HEADS, LENGTH, BATCH = 64, 64, 4, 32, 4


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = (y.view(batch, length, HEADS, -1).transpose(1, 2) for y in self.qkv(self.first(x)).chunk(3, -1))
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
        later = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)
        attention = scores.masked_fill(later, -1e9).softmax(-1) @ v
        x = x + self.out(attention.transpose(1, 2).reshape(batch, length, WIDTH))
        return x + self.down(F.gelu(self.up(self.second(x))))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, WIDTH)
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(WIDTH, TOKENS)

    def forward(self, tokens):
        return self.head(self.blocks(self.embedding(tokens)))


def make_step(model):
    def step(params, tokens):
        """Updates the parameters in place and returns the loss."""

        def loss(params):
            scores = torch.func.functional_call(model, params, (tokens[:, :-1],))
            return F.cross_entropy(scores.reshape(-1, TOKENS), tokens[:, 1:].reshape(-1))

        gradient, value = torch.func.grad_and_value(loss)(params)
        for name, parameter in params.items():
            parameter.sub_(0.1 * gradient[name])
        return value

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="mxfp4_backward")
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    model = Model()
    params = {name: value.detach() for name, value in model.named_parameters()}
    tokens = (torch.arange(LENGTH + 1) * 3 + torch.arange(BATCH)[:, None]) % TOKENS
    ours = mxc.torch.compile(make_step(model), recipe=arguments.recipe)
    print(ours.explain(params, tokens))
    for number in range(arguments.steps):
        print(f"step {number}: loss {ours(params, tokens).item():.4f}")


if __name__ == "__main__":
    main()
