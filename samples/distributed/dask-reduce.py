#!/usr/bin/env python3
"""Maps or unites one large file of packed records on the workers of a Dask cluster.

Each worker maps blocks of the file, and the results are joined as a tree. INPUT lies where each worker sees it under the
same name; segring is installed on each worker. Needs Dask's distributed (Debian: python3-distributed).

    dask-scheduler &
    dask-worker tcp://127.0.0.1:8786 --nthreads 4 &
    dask-reduce.py --scheduler tcp://127.0.0.1:8786 map input.records output.csv -- --max 1MiB
"""

import argparse
import os
import subprocess
import sys
import tempfile

try:
    from distributed import Client, progress
except ImportError as error:
    sys.exit(f"dask-reduce.py: {error}: install Debian's python3-distributed, or distributed of PyPI")

RECORD_BYTES = 16


def segring(words, records=b""):
    """What segring prints, given records on standard input."""
    # --no-gzip: the first bytes of a block may look like a compressed file.
    command = ["segring", *words, "--from", "records", "--no-gzip", "--to", "records"]
    done = subprocess.run(command, input=records, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout


def first_run(command, path, size, offset, block):
    """The segments of one block of a file."""
    with open(path, "rb") as file:
        found = os.fstat(file.fileno()).st_size
        if found != size:
            raise RuntimeError(f"{path} expected with {size} bytes on each worker, got {found}")
        file.seek(offset)
        records = file.read(block)
    return segring([command], records)


def join(command, *parts):
    """The segments of parts that lie one behind the other: a result of the same form."""
    if command == "map":
        return segring([command], b"".join(parts))
    with tempfile.TemporaryDirectory(prefix="segring-") as folder:
        paths = [os.path.join(folder, str(index)) for index in range(len(parts))]
        for path, part in zip(paths, parts):
            with open(path, "wb") as file:
                file.write(part)
        # Unions are sorted, so a merge is enough.
        return segring([command, "--sorted", *paths])


def tree(client, arguments, size):
    """A future of the segments of all blocks."""
    starts = range(0, size, arguments.block)
    parts = [
        client.submit(first_run, arguments.command, arguments.input, size, start, arguments.block, pure=False)
        for start in starts
    ] or [client.submit(segring, [arguments.command], pure=False)]
    while len(parts) > 1:
        groups = [parts[at : at + arguments.fan_in] for at in range(0, len(parts), arguments.fan_in)]
        parts = [client.submit(join, arguments.command, *group, pure=False) for group in groups]
    return parts[0]


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["map", "union"])
    parser.add_argument("input", help="packed records")
    parser.add_argument("output", help="its extension says the format")
    parser.add_argument("options", nargs="*", help="behind --: options of segring for the last run, such as --max")
    parser.add_argument("--scheduler", required=True, help="address of the scheduler, such as tcp://127.0.0.1:8786")
    parser.add_argument("--block", type=int, default=1 << 25, help="bytes in a block, a multiple of 16 (default: 32 MiB)")
    parser.add_argument("--fan-in", type=int, default=8, help="how many results a join takes (default: 8)")
    arguments = parser.parse_args(words)
    if arguments.block <= 0 or arguments.block % RECORD_BYTES:
        parser.error(f"--block expected a multiple of 16, got {arguments.block}")
    if arguments.fan_in < 2:
        parser.error(f"--fan-in expected 2 or more, got {arguments.fan_in}")
    if not os.path.isfile(arguments.input):
        parser.error(f"input expected a file, got {arguments.input}")
    if os.path.getsize(arguments.input) % RECORD_BYTES:
        parser.error(f"input expected records of 16 bytes, got {os.path.getsize(arguments.input)} bytes")
    arguments.input = os.path.abspath(arguments.input)
    return arguments


def main():
    arguments = parse(sys.argv[1:])
    last = ["segring", arguments.command, "--from", "records", "--no-gzip", "-o", arguments.output, *arguments.options]
    with Client(arguments.scheduler) as client:
        whole = tree(client, arguments, os.path.getsize(arguments.input))
        progress(whole)
        records = whole.result()
    print()
    return subprocess.run(last, input=records).returncode


if __name__ == "__main__":
    sys.exit(main())
