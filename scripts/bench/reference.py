#!/usr/bin/python3
# Measures the same model in PyTorch on the CPU: training steps, and greedy samples. For speed comparisons only.
"""Run it with Debian's python3-torch and libopenblas0-openmp; take the better of --threads 1 and 2.

reference.py train --batches FILE --vocabulary V --hidden H --embedding E --latent Z --threads N --steps S [--json]
    FILE holds a batch a line: {"ids": [[...], ...]}, sentences of one length, without begin and end tokens.
reference.py sample --vocabulary V --hidden H --embedding E --latent Z --threads N [--early-stop] [--json]
reference.py sample --weights model.safetensors --config config.json ...

PyTorch as installed can lose more than half of a small CPU machine to two things that are not the model, so by default
both are mended (see `tuned_environment`); --untuned shows what a user gets who does not know.
"""

import argparse
import json
import os
import statistics
import sys
import sysconfig
import time

sys.dont_write_bytecode = True  # leaves no __pycache__ in the tree


def arguments():
    parser = argparse.ArgumentParser(description="PyTorch yardstick of the model (CPU).")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="time training steps on given batches")
    sample = verbs.add_parser("sample", help="time greedy samples from the prior")
    for verb in (train, sample):
        verb.add_argument("--vocabulary", type=int, help="number of tokens, special ones included")
        verb.add_argument("--hidden", type=int)
        verb.add_argument("--embedding", type=int)
        verb.add_argument("--latent", type=int)
        verb.add_argument("--begin", type=int, default=1, help="id of the begin token")
        verb.add_argument("--end", type=int, default=2, help="id of the end token")
        verb.add_argument("--threads", type=int, default=1)
        verb.add_argument("--blas", choices=["openmp", "pthread"], default="openmp", help="Debian's OpenBLAS variant")
        verb.add_argument("--untuned", action="store_true", help="leave waiting and memory as installed")
        verb.add_argument("--seed", type=int, default=1)
        verb.add_argument("--json", action="store_true", help="print one JSON object")
    train.add_argument("--batches", required=True)
    train.add_argument("--steps", type=int, required=True, help="timed steps; batches repeat when there are fewer")
    train.add_argument("--warmup", type=int, default=2, help="steps before the clock starts")
    train.add_argument("--discriminator", type=int, default=128, help="width of its two hidden layers")
    train.add_argument("--learning-rate", type=float, default=1e-3)
    train.add_argument("--adversarial-weight", type=float, default=1.0)
    sample.add_argument("--count", type=int, default=10000)
    sample.add_argument("--batch-size", type=int, default=256)
    sample.add_argument("--max-length", type=int, default=15, help="steps a sentence, the end token included")
    sample.add_argument("--early-stop", action="store_true", help="stop a batch when all its sentences have ended")
    sample.add_argument("--weights", help="safetensors file; random weights without it")
    sample.add_argument("--config", help="config.json of the same run folder")
    given = parser.parse_args()
    if given.verb == "sample" and given.weights:
        if not given.config:
            parser.error("--weights needs --config.")
    elif None in (given.vocabulary, given.hidden, given.embedding, given.latent):
        parser.error("--vocabulary, --hidden, --embedding and --latent are needed.")
    return given


def tuned_environment(given):
    """The environment to run in. Both libraries read it once, at the start of the process.

    Waiting: OpenBLAS with its own threads and PyTorch's OpenMP threads fight for the cores while they spin (2 threads
    can then be slower than 1). The OpenMP variant shares one pool, which may spin; beside the other, OpenMP must sleep.
    Memory: glibc gives large blocks back to the kernel, and every step pays for the page faults again.
    """
    threads = str(given.threads)
    folder = f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/openblas-{given.blas}"
    if not os.path.isdir(folder):
        raise SystemExit(f"The comparison needs OpenBLAS ({given.blas}): install libopenblas0-{given.blas}.")
    settings = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "LD_LIBRARY_PATH": folder}
    if not given.untuned:
        settings["OMP_WAIT_POLICY"] = "ACTIVE" if given.blas == "openmp" else "PASSIVE"
        settings |= {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**32)}
    return os.environ | settings


def blas_in_use():
    """The BLAS that is loaded. Debian's plain reference BLAS is many times slower, and no fair comparison."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        folders = {os.path.basename(os.path.dirname(line.split()[-1])) for line in maps if "/libblas." in line}
    if not all(folder.startswith("openblas-") for folder in folders):
        raise SystemExit(f"PyTorch runs on the BLAS of {sorted(folders)}, and a fair comparison needs OpenBLAS.")
    return ", ".join(sorted(folders)) or "built in"


def read_batches(path, given):
    """Pairs of (inputs, targets), each (1 + length, batch): begin + tokens, and tokens + end."""
    import torch

    batches = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            sentences = json.loads(line)["ids"]
            if len({len(sentence) for sentence in sentences}) != 1:
                raise SystemExit(f"{path}, line {number}: a batch needs sentences of one length.")
            ids = torch.tensor(sentences).T  # (length, batch)
            if ids.min() < 0 or ids.max() >= given.vocabulary:
                raise SystemExit(f"{path}, line {number}: an id lies outside the vocabulary of {given.vocabulary}.")
            edge = torch.ones(1, ids.shape[1], dtype=torch.long)
            batches.append((torch.cat([edge * given.begin, ids]), torch.cat([ids, edge * given.end])))
    if not batches:
        raise SystemExit(f"{path} holds no batch.")
    return batches


def train(given):
    from reference_model import Autoencoder, Trainer, make_discriminator

    batches = read_batches(given.batches, given)
    trainer = Trainer(
        Autoencoder(given.vocabulary, given.embedding, given.hidden, given.latent),
        make_discriminator(given.latent, given.discriminator),
        given.learning_rate,
        given.adversarial_weight,
    )
    seconds, tokens, loss = [], [], None
    for step in range(given.warmup + given.steps):
        inputs, targets = batches[step % len(batches)]
        started = time.perf_counter()
        loss = trainer.step(inputs, targets).item()
        if step >= given.warmup:
            seconds.append(time.perf_counter() - started)
            tokens.append(targets.numel())
    return {
        "tokensPerSecond": sum(tokens) / sum(seconds),
        "medianTokensPerSecond": statistics.median(n / s for n, s in zip(tokens, seconds)),
        "medianSecondsPerStep": statistics.median(seconds),
        "loss": loss,
        "lossPerToken": loss / targets.shape[0],
        "steps": given.steps,
        "batchSize": targets.shape[1],
    }


def sample(given):
    import torch
    from reference_model import Autoencoder, load_trained

    if given.weights:
        model = load_trained(given.weights, given.config)
    else:
        model = Autoencoder(given.vocabulary, given.embedding, given.hidden, given.latent)
    codes = torch.randn(given.count, model.latent).split(given.batch_size)
    model.sample(codes[0], given.begin, given.end, 2, False)
    started = time.perf_counter()
    samples = [model.sample(code, given.begin, given.end, given.max_length, given.early_stop) for code in codes]
    seconds = time.perf_counter() - started
    ends = [(ids == given.end).long() for ids in samples]
    tokens = sum(int((end.cumsum(0) - end == 0).sum()) for end in ends)  # up to and with the first end token
    return {
        "sentencesPerSecond": given.count / seconds,
        "tokensPerSecond": tokens / seconds,
        "meanLength": tokens / given.count,
        "seconds": seconds,
        "decoderSteps": sum(len(ids) for ids in samples),
        "earlyStop": given.early_stop,
    }


def main():
    given = arguments()
    environment = tuned_environment(given)
    if any(os.environ.get(name) != value for name, value in environment.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)
    import torch

    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(given.seed)
    report = {"torch": torch.__version__, "blas": blas_in_use(), "threads": given.threads, "tuned": not given.untuned}
    report |= {"train": train, "sample": sample}[given.verb](given)
    if given.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:24}{value:.4f}" if isinstance(value, float) else f"{name:24}{value}")


if __name__ == "__main__":
    main()
