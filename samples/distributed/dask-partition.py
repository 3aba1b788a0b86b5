#!/usr/bin/env python3
"""Unites one large file of packed records on the workers of a Dask cluster, where no machine could hold the result.

The addresses are cut at borders into parts of about equal size, and each part is united by itself. The result is a folder:
its files, one behind the other, are what one process writes. INPUT and FOLDER lie where each worker sees them under the
same name; segring is installed on each worker. Needs Dask's distributed and numpy (Debian: python3-distributed).

    dask-scheduler &
    dask-worker tcp://127.0.0.1:8786 --nthreads 4 &
    dask-partition.py --scheduler tcp://127.0.0.1:8786 --parts 64 input.records result -- --max 1MiB
    cat result/*.records > result.records
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import uuid

try:
    import numpy
    from distributed import Client, progress
except ImportError as error:
    sys.exit(f"dask-partition.py: {error}: install Debian's python3-distributed, or distributed and numpy of PyPI")

RECORD = numpy.dtype([("addr", "<u8"), ("len", "<u4"), ("flags", "<u4")])
FULL, NOMERGE = 1, 2
FOUR_GIB = 1 << 32
SAMPLES = 1000


def segring(words, records=b""):
    """What segring prints, given records on standard input."""
    # --no-gzip: the first bytes of a block may look like a compressed file.
    command = ["segring", *words, "--from", "records", "--no-gzip", "--to", "records"]
    done = subprocess.run(command, input=records, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout


def write(path, records):
    """Writes a file that has its name when it is whole: a worker that dies leaves no part of it under that name."""
    partial = f"{path}.{uuid.uuid4().hex}"
    with open(partial, "wb") as file:
        file.write(records)
    os.replace(partial, path)


def first_run(path, size, offset, block, options):
    """The union of one block of the file. NOMERGE ranges are cut here, so that each piece belongs where it starts."""
    with open(path, "rb") as file:
        found = os.fstat(file.fileno()).st_size
        if found != size:
            raise RuntimeError(f"{path} expected with {size} bytes on each worker, got {found}")
        file.seek(offset)
        records = file.read(block)
    return segring(["union", *options], records)


def sample(block):
    """Some addresses of a union, and how many of its records each of them stands for."""
    addr = numpy.frombuffer(block, RECORD)["addr"]
    step = max(1, len(addr) // SAMPLES)
    return addr[::step].copy(), step


def borders_of(samples, parts):
    """Addresses that cut all records into parts of about equal size: at most parts - 1, each above the one before."""
    addr = numpy.concatenate([addr for addr, _ in samples])
    shares = numpy.concatenate([numpy.full(len(addr), step) for addr, step in samples])
    if len(addr) == 0:
        return []
    order = numpy.argsort(addr)
    before = numpy.cumsum(shares[order])
    at = numpy.searchsorted(before, before[-1] * numpy.arange(1, parts) // parts)
    return [int(border) for border in numpy.unique(addr[order][at]) if border > 0]


def last_bytes(records):
    """The address of the last byte of each record."""
    length = numpy.where(records["flags"] & FULL, numpy.uint64(FOUR_GIB), records["len"].astype(numpy.uint64))
    return records["addr"] + (length - numpy.uint64(1))


def position(records, addr):
    """How many records start before an address, which may lie outside of 64 bits."""
    if addr <= 0:
        return 0
    return len(records) if addr >= 1 << 64 else int(numpy.searchsorted(records["addr"], numpy.uint64(addr)))


def cut(block, low, high):
    """The part of a union from `low` up to and without `high`. NOMERGE records are whole, and belong where they start."""
    records = numpy.frombuffer(block, RECORD)
    start = position(records, low)
    # A record has at most 4 GiB: one that starts further away does not reach `low`.
    near = records[position(records, low - FOUR_GIB) : start]
    reaching = near[((near["flags"] & NOMERGE) == 0) & (last_bytes(near) >= numpy.uint64(low))]
    part = numpy.concatenate([reaching, records[start : position(records, high)]])
    whole = (part["flags"] & NOMERGE) != 0
    last = last_bytes(part)
    last = numpy.where(whole, last, numpy.minimum(last, numpy.uint64(high - 1)))
    part["addr"] = numpy.where(whole, part["addr"], numpy.maximum(part["addr"], numpy.uint64(low)))
    length = last - part["addr"] + numpy.uint64(1)
    part["len"] = length & numpy.uint64(FOUR_GIB - 1)
    part["flags"] = (part["flags"] & ~numpy.uint32(FULL)) | (length == FOUR_GIB)
    return part.tobytes()


def merge(options, slices):
    """The union of unions."""
    with tempfile.TemporaryDirectory(prefix="segring-") as folder:
        paths = [os.path.join(folder, str(index)) for index in range(len(slices))]
        for path, part in zip(paths, slices):
            with open(path, "wb") as file:
                file.write(part)
        return segring(["union", "--sorted", *options, *paths])


def clean_cuts(records, gap):
    """Where no record before reaches the next one, not even over the gap: both sides are united each by itself."""
    reach = numpy.maximum.accumulate(last_bytes(records))[:-1]
    after = records["addr"][1:]
    return 1 + numpy.flatnonzero((after > reach) & (after - reach - numpy.uint64(1) > numpy.uint64(gap)))


def unite_part(folder, index, gap, options, *slices):
    """Writes the union of a part in three: what only the border before it and behind it can change, and the rest.

    Returns whether it could be cut so. If not, all of it is the head.
    """
    union = merge(options, slices)
    records = numpy.frombuffer(union, RECORD)
    cuts = clean_cuts(records, gap)
    head = records[: cuts[0]] if len(cuts) else records
    write(os.path.join(folder, f"{index}.head"), head.tobytes())
    if len(cuts):
        write(body_path(folder, index), records[cuts[0] : cuts[-1]].tobytes())
        write(os.path.join(folder, f"{index}.tail"), records[cuts[-1] :].tobytes())
    return len(cuts) > 0


def body_path(folder, index):
    return os.path.join(folder, f"{2 * index + 1:06}.records")


def unite_border(folder, index, options, names):
    """Writes what lies before the body of a part: the union of what both sides of the border left."""
    paths = [os.path.join(folder, name) for name in names]
    # -o: segring writes as it merges, whatever has no cut, and gives the file its name when it is whole.
    segring(["union", "--sorted", *options, *paths, "-o", os.path.join(folder, f"{2 * index:06}.records")])


def unite(client, arguments, folder):
    """Writes the files of the result into a folder."""
    size = os.path.getsize(arguments.input)
    options = ["--gap", str(arguments.gap), *arguments.options]
    blocks = [
        client.submit(first_run, arguments.input, size, start, arguments.block, options, pure=False)
        for start in range(0, size, arguments.block)
    ] or [client.submit(segring, ["union"], pure=False)]
    progress(blocks)
    borders = borders_of(client.gather(client.map(sample, blocks, pure=False)), arguments.parts)
    print(f"\n{len(blocks)} blocks, {len(borders)} borders")

    ends = [0, *borders, 1 << 64]
    parts = []
    for index, (low, high) in enumerate(zip(ends, ends[1:])):
        slices = client.map(cut, blocks, low=low, high=high, pure=False)
        parts.append(client.submit(unite_part, folder, index, arguments.gap, options, *slices, pure=False))
    del blocks, slices
    progress(parts)
    joints = []
    names = []
    for index, has_cuts in enumerate(client.gather(parts)):
        names.append(f"{index}.head")
        # Without a cut, this part belongs to both of its borders.
        if has_cuts:
            joints.append(client.submit(unite_border, folder, index, options, names, pure=False))
            names = [f"{index}.tail"]
    joints.append(client.submit(unite_border, folder, len(parts), options, names, pure=False))
    client.gather(joints)
    print()
    for name in os.listdir(folder):
        if not name.endswith(".records"):
            os.remove(os.path.join(folder, name))


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="packed records")
    parser.add_argument("folder", help="the result: a folder that does not exist")
    parser.add_argument("options", nargs="*", help="behind --: --max, --boundary and --align of segring union")
    parser.add_argument("--scheduler", required=True, help="address of the scheduler, such as tcp://127.0.0.1:8786")
    parser.add_argument("--gap", type=int, default=0, help="ranges join with at most this many bytes between (default: 0)")
    parser.add_argument("--parts", type=int, default=64, help="parts of the address space (default: 64)")
    parser.add_argument("--block", type=int, default=1 << 25, help="bytes in a block, a multiple of 16 (default: 32 MiB)")
    arguments = parser.parse_args(words)
    if arguments.block <= 0 or arguments.block % RECORD.itemsize:
        parser.error(f"--block expected a multiple of 16, got {arguments.block}")
    if arguments.parts < 1:
        parser.error(f"--parts expected 1 or more, got {arguments.parts}")
    if not 0 <= arguments.gap < 1 << 64:
        parser.error(f"--gap expected 0 to 2^64 - 1, got {arguments.gap}")
    if not os.path.isfile(arguments.input):
        parser.error(f"input expected a file, got {arguments.input}")
    if os.path.getsize(arguments.input) % RECORD.itemsize:
        parser.error(f"input expected records of 16 bytes, got {os.path.getsize(arguments.input)} bytes")
    if os.path.lexists(arguments.folder):
        parser.error(f"folder expected not to exist: {arguments.folder}")
    arguments.input, arguments.folder = os.path.abspath(arguments.input), os.path.abspath(arguments.folder)
    return arguments


def main():
    arguments = parse(sys.argv[1:])
    # The folder has its name when all is done.
    work = f"{arguments.folder}.{uuid.uuid4().hex}"
    os.mkdir(work)
    try:
        with Client(arguments.scheduler) as client:
            unite(client, arguments, work)
        os.rename(work, arguments.folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


if __name__ == "__main__":
    main()
