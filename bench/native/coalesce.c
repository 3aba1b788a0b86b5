/*
 * The plain loop that a C programmer would write, as the bar: one pass over packed 16-byte records, splitting at 4 GiB.
 *
 *   coalesce FILE ROUNDS          times coalescing of the records in FILE, ROUNDS times after one warm-up
 *   coalesce FILE ROUNDS frames   the same of page frame numbers, 8 bytes each, of pages of 4096 bytes
 *
 * Prints the nanoseconds of each round, then "= segments hash" for the answer (FNV-1a over the 32-bit words of the output).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct record {
	uint64_t addr;
	uint32_t len;
	uint32_t flags;
};

#define FULL 1u
#define NOMERGE 2u
#define KIND 0xffffff06u

static size_t emit(struct record *out, uint64_t first, uint64_t last, uint32_t kind)
{
	size_t n = 0;

	while (last - first > 0xffffffffu) {
		out[n++] = (struct record){ first, 0, kind | FULL };
		first += 1ull << 32;
	}
	uint64_t len = last - first + 1;

	out[n++] = (struct record){ first, (uint32_t)len, kind | (uint32_t)(len >> 32) };
	return n;
}

/* Writes the segments to out; stops at the first record that is not valid. */
static size_t coalesce(const struct record *in, size_t count, struct record *out)
{
	uint64_t first = 0, last = 0;
	uint32_t kind = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t addr = in[i].addr;
		uint64_t len = in[i].len | (uint64_t)(in[i].flags & FULL) << 32;
		uint32_t flags = in[i].flags & ~FULL;

		if (len - 1 > 0xffffffffu || (flags & 0xf8) || addr + (len - 1) < addr)
			break;
		if (i && addr == last + 1 && addr && flags == kind && !(flags & NOMERGE)) {
			last += len;
			continue;
		}
		if (i)
			n += emit(out + n, first, last, kind);
		first = addr;
		last = addr + (len - 1);
		kind = flags;
	}
	if (count)
		n += emit(out + n, first, last, kind);
	return n;
}

/* The same of page frame numbers; stops at the first that has no page below 2^64. */
static size_t coalesce_frames(const uint64_t *in, size_t count, struct record *out)
{
	uint64_t first = 0, next = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (in[i] >> 52)
			break;
		if (i && in[i] == next) {
			next++;
			continue;
		}
		if (i)
			n += emit(out + n, first << 12, (next << 12) - 1, 0);
		first = in[i];
		next = first + 1;
	}
	if (count)
		n += emit(out + n, first << 12, (next << 12) - 1, 0);
	return n;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 || argc == 4 ? fopen(argv[1], "rb") : NULL;

	if (!file || fseek(file, 0, SEEK_END))
		return 2;
	int frames = argc == 4;
	size_t bytes = ftell(file), count = bytes / (frames ? sizeof(uint64_t) : sizeof(struct record));
	size_t room = (count * sizeof(struct record) + 127) & ~63ull;
	void *in = aligned_alloc(64, (bytes + 127) & ~63ull);
	struct record *out = aligned_alloc(64, room);

	rewind(file);
	if (!in || !out || fread(in, 1, bytes, file) != bytes)
		return 1;
	/* Touched once: the first write to fresh memory maps it. */
	memset(out, 1, room);
	size_t n = frames ? coalesce_frames(in, count, out) : coalesce(in, count, out);

	for (int round = 0; round < atoi(argv[2]); round++) {
		double start = now();

		n = frames ? coalesce_frames(in, count, out) : coalesce(in, count, out);
		printf("%.0f\n", now() - start);
	}
	uint32_t hash = 2166136261u;
	const uint32_t *words = (const uint32_t *)out;

	for (size_t i = 0; i < n * 4; i++)
		hash = (hash ^ words[i]) * 16777619u;
	printf("= %zu %u\n", n, hash);
	return 0;
}
