# The model in PyTorch, a yardstick for speed: the same sizes, losses and step, written the fastest plain way.
"""Sequences are time-major, (time, batch), which nn.LSTM runs fastest. Training has no Python loop over time."""

import json

import numpy
import torch
from torch import nn
from torch.nn import functional


class Autoencoder(nn.Module):
    """Bidirectional LSTM encoder, linear code, LSTM decoder that has the code as initial state and at every input.

    code_input says how the code enters a step: "sum" adds Linear(code) to the embedding (the cheaper way, used to
    compare training speed); "concat" puts the code beside it, which is the same map as x.W + z.Wz + b (used with
    trained weights).
    """

    def __init__(self, vocabulary, embedding, hidden, latent, code_input="sum"):
        super().__init__()
        self.vocabulary, self.latent, self.code_input = vocabulary, latent, code_input
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.encoder = nn.LSTM(embedding, hidden, bidirectional=True)
        self.to_code = nn.Linear(2 * hidden, latent)
        self.initial_hidden = nn.Linear(latent, hidden)
        self.initial_cell = nn.Linear(latent, hidden)
        if code_input == "sum":
            self.code_to_input = nn.Linear(latent, embedding)
            self.decoder = nn.LSTM(embedding, hidden)
        else:
            self.decoder = nn.LSTM(embedding + latent, hidden)
        self.to_words = nn.Linear(hidden, vocabulary)

    def encode(self, embedded):
        _, (last, _) = self.encoder(embedded)  # (2, batch, hidden): the end of each direction
        return self.to_code(torch.cat([last[0], last[1]], dim=1))  # (batch, latent)

    def initial_state(self, code):
        return torch.tanh(self.initial_hidden(code))[None], self.initial_cell(code)[None]

    def code_term(self, code):
        """What every step adds or appends to its embedding; computed once a sequence."""
        return self.code_to_input(code) if self.code_input == "sum" else code

    def with_code(self, embedded, term):
        if self.code_input == "sum":
            return embedded + term
        return torch.cat([embedded, term.expand(embedded.shape[0], -1, -1)], dim=2)

    def forward(self, inputs):
        """inputs (1 + length, batch) start with the begin token. Gives codes, and logits of the tokens and the end."""
        embedded = self.embedding(inputs)  # one gather serves encoder and decoder
        code = self.encode(embedded[1:])
        hidden, _ = self.decoder(self.with_code(embedded, self.code_term(code)), self.initial_state(code))
        return code, self.to_words(hidden.flatten(0, 1))  # (batch, latent), ((1 + length) * batch, vocabulary)

    @torch.inference_mode()
    def sample(self, code, begin, end, max_length, early_stop):
        """Greedy sentences of codes (batch, latent), as ids (steps, batch); what follows an end token means nothing."""
        state, term = self.initial_state(code), self.code_term(code)
        token = torch.full((1, code.shape[0]), begin)
        ended = torch.zeros(code.shape[0], dtype=torch.bool)
        steps = []
        for _ in range(max_length):
            hidden, state = self.decoder(self.with_code(self.embedding(token), term), state)
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


# Parameter here -> our tensors, stacked along the input axis, and how they lie. "same": as here; "linear": [in, out]
# where PyTorch has [out, in]; "gates": like "linear", and the four gate blocks in the order of OUR_GATES.
OUR_GATES = "ifog"
OUR_NAMES = {
    "embedding.weight": (["embedding"], "same"),
    "encoder.weight_ih_l0": (["encoder.forward.input"], "gates"),
    "encoder.weight_hh_l0": (["encoder.forward.recurrent"], "gates"),
    "encoder.bias_ih_l0": (["encoder.forward.bias"], "gates"),
    "encoder.weight_ih_l0_reverse": (["encoder.backward.input"], "gates"),
    "encoder.weight_hh_l0_reverse": (["encoder.backward.recurrent"], "gates"),
    "encoder.bias_ih_l0_reverse": (["encoder.backward.bias"], "gates"),
    "to_code.weight": (["encoder.code.weight"], "linear"),
    "to_code.bias": (["encoder.code.bias"], "same"),
    "initial_hidden.weight": (["decoder.initialHidden.weight"], "linear"),
    "initial_hidden.bias": (["decoder.initialHidden.bias"], "same"),
    "initial_cell.weight": (["decoder.initialCell.weight"], "linear"),
    "initial_cell.bias": (["decoder.initialCell.bias"], "same"),
    "decoder.weight_ih_l0": (["decoder.input", "decoder.code"], "gates"),
    "decoder.weight_hh_l0": (["decoder.recurrent"], "gates"),
    "decoder.bias_ih_l0": (["decoder.bias"], "gates"),
    "to_words.weight": (["decoder.output.weight"], "linear"),
    "to_words.bias": (["decoder.output.bias"], "same"),
}


def load_trained(weights_path, config_path):
    """The model of a run folder, from its model.safetensors and config.json."""
    with open(config_path, encoding="utf-8") as file:
        config = json.load(file)
    tensors = read_safetensors(weights_path)
    vocabulary = len(tensors[OUR_NAMES["embedding.weight"][0][0]])
    model = Autoencoder(vocabulary, config["embedding"], config["hidden"], config["latent"], code_input="concat")
    load_weights(model, tensors)
    return model


def load_weights(model, tensors):
    """Copies our trained tensors into a model with code_input "concat". PyTorch's second LSTM bias becomes zero."""
    order = [OUR_GATES.index(gate) for gate in "ifgo"]
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, parameter in parameters.items():
            if "bias_hh" in name:
                parameter.zero_()
                continue
            ours, layout = OUR_NAMES[name]
            missing = [tensor for tensor in ours if tensor not in tensors]
            if missing:
                raise SystemExit(f"{name} needs {missing}, and the weights hold {sorted(tensors)}.")
            value = numpy.concatenate([tensors[tensor] for tensor in ours])
            if layout == "gates":
                value = numpy.concatenate([numpy.split(value, 4, axis=-1)[gate] for gate in order], axis=-1)
            if layout != "same":
                value = value.T
            if value.shape != tuple(parameter.shape):
                raise SystemExit(f"{name} has shape {tuple(parameter.shape)}, and {ours} give {value.shape}.")
            parameter.copy_(torch.from_numpy(value.copy()))
