# The model in PyTorch, a yardstick for speed: the same sizes, losses and step, written the fastest plain way.
"""Sequences are time-major, (time, batch), which nn.LSTM runs fastest. Training has no Python loop over time."""

import json

import numpy
import torch
from torch import nn
from torch.nn import functional


class Autoencoder(nn.Module):
    """Bidirectional LSTM encoder, linear code, LSTM decoder that has the code as initial state and added to every input."""

    def __init__(self, vocabulary, embedding, hidden, latent):
        super().__init__()
        self.vocabulary, self.latent = vocabulary, latent
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.encoder = nn.LSTM(embedding, hidden, bidirectional=True)
        self.to_code = nn.Linear(2 * hidden, latent)
        self.initial_hidden = nn.Linear(latent, hidden)
        self.initial_cell = nn.Linear(latent, hidden)
        self.code_to_input = nn.Linear(latent, embedding)
        self.decoder = nn.LSTM(embedding, hidden)
        self.to_words = nn.Linear(hidden, vocabulary)

    def encode(self, embedded):
        _, (last, _) = self.encoder(embedded)  # (2, batch, hidden): the end of each direction
        return self.to_code(torch.cat([last[0], last[1]], dim=1))  # (batch, latent)

    def initial_state(self, code):
        return torch.tanh(self.initial_hidden(code))[None], self.initial_cell(code)[None]

    def forward(self, inputs):
        """inputs (1 + length, batch) start with the begin token. Gives codes, and logits of the tokens and the end."""
        embedded = self.embedding(inputs)  # one gather serves encoder and decoder
        code = self.encode(embedded[1:])
        hidden, _ = self.decoder(embedded + self.code_to_input(code), self.initial_state(code))
        return code, self.to_words(hidden.flatten(0, 1))  # (batch, latent), ((1 + length) * batch, vocabulary)

    @torch.inference_mode()
    def sample(self, code, begin, end, max_length, early_stop):
        """Greedy sentences of codes (batch, latent), as ids (steps, batch); what follows an end token means nothing."""
        state, term = self.initial_state(code), self.code_to_input(code)  # the term is computed once a sentence
        token = torch.full((1, code.shape[0]), begin)
        ended = torch.zeros(code.shape[0], dtype=torch.bool)
        steps = []
        for _ in range(max_length):
            hidden, state = self.decoder(self.embedding(token) + term, state)
            token = self.to_words(hidden).argmax(dim=2)
            steps.append(token[0])
            if early_stop:
                ended |= token[0] == end
                if ended.all():
                    break
        return torch.stack(steps)


def make_discriminator(latent, width):
    """Scores a code: the logit of coming from the prior."""
    return nn.Sequential(
        nn.Linear(latent, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)
    )


class Trainer:
    """Joint steps: reconstruction plus weighted adversarial loss for the autoencoder, then the discriminator's loss."""

    def __init__(self, model, discriminator, learning_rate, adversarial_weight, clip=5.0):
        self.model, self.discriminator = model, discriminator
        self.adversarial_weight, self.clip = adversarial_weight, clip
        # foreach=True was measured, and is no faster on a CPU in PyTorch 1.13.
        self.optimizers = [torch.optim.Adam(part.parameters(), lr=learning_rate) for part in (model, discriminator)]

    def step(self, inputs, targets):
        """inputs and targets (1 + length, batch). Returns the reconstruction loss in nats a sentence, as a tensor."""
        batch = inputs.shape[1]
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)

        self.discriminator.requires_grad_(False)  # saves the weight gradients that this half does not use
        code, logits = self.model(inputs)
        reconstruction = functional.cross_entropy(logits, targets.flatten(), reduction="sum") / batch
        adversarial = functional.softplus(-self.discriminator(code)).mean()
        (reconstruction + self.adversarial_weight * adversarial).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizers[0].step()

        self.discriminator.requires_grad_(True)
        scores = self.discriminator(torch.cat([torch.randn_like(code), code.detach()]))
        real, fake = scores.split(batch)
        (functional.softplus(-real).mean() + functional.softplus(fake).mean()).backward()
        self.optimizers[1].step()
        return reconstruction.detach()


def read_safetensors(path):
    """Every F32 tensor of a safetensors file: an 8-byte little-endian header length, a JSON header, then the bytes."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, stop = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(data[start:stop], dtype="<f4").reshape(entry["shape"])
    return tensors


# Parameter here -> our tensor, how it lies, and which half of its columns (where one of ours holds two).
# "same": as here; "linear": [in, out] where PyTorch has [out, in]; "gates": like "linear", the four gate blocks in the order OUR_GATES.
OUR_GATES = "ifog"
OUR_NAMES = {
    "embedding.weight": ("embedding", "same", None),
    "encoder.weight_ih_l0": ("encoder.0.forward.input", "gates", None),
    "encoder.weight_hh_l0": ("encoder.0.forward.recurrent", "gates", None),
    "encoder.bias_ih_l0": ("encoder.0.forward.bias", "gates", None),
    "encoder.weight_ih_l0_reverse": ("encoder.0.backward.input", "gates", None),
    "encoder.weight_hh_l0_reverse": ("encoder.0.backward.recurrent", "gates", None),
    "encoder.bias_ih_l0_reverse": ("encoder.0.backward.bias", "gates", None),
    "to_code.weight": ("encoder.code.weight", "linear", None),
    "to_code.bias": ("encoder.code.bias", "same", None),
    "code_to_input.weight": ("decoder.condition", "linear", None),
    "initial_hidden.weight": ("decoder.0.initial.weight", "linear", 0),
    "initial_hidden.bias": ("decoder.0.initial.bias", "same", 0),
    "initial_cell.weight": ("decoder.0.initial.weight", "linear", 1),
    "initial_cell.bias": ("decoder.0.initial.bias", "same", 1),
    "decoder.weight_ih_l0": ("decoder.0.input", "gates", None),
    "decoder.weight_hh_l0": ("decoder.0.recurrent", "gates", None),
    "decoder.bias_ih_l0": ("decoder.0.bias", "gates", None),
    "to_words.weight": ("decoder.output.weight", "linear", None),
    "to_words.bias": ("decoder.output.bias", "same", None),
}
# Biases that PyTorch has and we do not.
ABSENT = ("encoder.bias_hh_l0", "encoder.bias_hh_l0_reverse", "decoder.bias_hh_l0", "code_to_input.bias")


def load_trained(weights_path, config_path):
    """The model of a run folder, from its model.safetensors and config.json."""
    with open(config_path, encoding="utf-8") as file:
        config = json.load(file)
    tensors = read_safetensors(weights_path)
    vocabulary = len(tensors["embedding"])
    model = Autoencoder(vocabulary, config["embedding"], config["hidden"], config["latent"])
    load_weights(model, tensors)
    return model


def load_weights(model, tensors):
    """Copies our trained tensors into a model."""
    order = [OUR_GATES.index(gate) for gate in "ifgo"]
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in ABSENT:
                parameter.zero_()
                continue
            ours, layout, half = OUR_NAMES[name]
            if ours not in tensors:
                raise SystemExit(f"{name} needs {ours}, and the weights hold {sorted(tensors)}.")
            value = tensors[ours]
            if half is not None:
                value = numpy.split(value, 2, axis=-1)[half]
            if layout == "gates":
                value = numpy.concatenate([numpy.split(value, 4, axis=-1)[gate] for gate in order], axis=-1)
            if layout != "same":
                value = value.T
            if value.shape != tuple(parameter.shape):
                raise SystemExit(f"{name} has shape {tuple(parameter.shape)}, and {ours} gives {value.shape}.")
            parameter.copy_(torch.from_numpy(value.copy()))
