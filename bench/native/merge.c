/*
 * What a C programmer would write, as the bar: a loser tree over sorted arrays of packed 16-byte records.
 *
 *   merge FILE ROUNDS INPUTS   times the merge of the INPUTS equal parts of FILE, ROUNDS times after one warm-up
 *
 * Prints the nanoseconds of each round, then "= records hash" for the answer (FNV-1a over the 32-bit words).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct record {
	uint64_t addr;
	uint64_t word;
};

struct input {
	const struct record *next, *end;
};

static const struct record NONE = { UINT64_MAX, UINT64_MAX };

static inline int precedes(const struct record *a, const struct record *b)
{
	return a->addr < b->addr || (a->addr == b->addr && a->word < b->word);
}

/* The tree holds the losers in 1 to k - 1 and the winner in 0, with their keys, so that a match loads one node. */
struct node {
	struct record key;
	uint32_t input;
};

static size_t merge(struct input *inputs, uint32_t k, struct record *out)
{
	struct node tree[256], winner;
	uint32_t winners[256];
	size_t n = 0, left = 0;

	for (uint32_t i = 0; i < k; i++) {
		winners[k + i] = i;
		left += inputs[i].end - inputs[i].next;
	}
	for (uint32_t i = k - 1; i > 0; i--) {
		uint32_t a = winners[2 * i], b = winners[2 * i + 1];
		int other = precedes(inputs[b].next, inputs[a].next);
		uint32_t loser = other ? a : b;

		winners[i] = other ? b : a;
		tree[i] = (struct node){ *inputs[loser].next, loser };
	}
	winner = (struct node){ *inputs[winners[1]].next, winners[1] };
	while (left--) {
		struct input *from = &inputs[winner.input];

		out[n++] = winner.key;
		from->next++;
		winner.key = from->next < from->end ? *from->next : NONE;
		for (uint32_t i = (winner.input + k) / 2; i > 0; i /= 2) {
			if (precedes(&tree[i].key, &winner.key)) {
				struct node swap = tree[i];

				tree[i] = winner;
				winner = swap;
			}
		}
	}
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
	FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
	uint32_t k = argc == 4 ? atoi(argv[3]) : 0;

	if (!file || k < 2 || k > 128 || fseek(file, 0, SEEK_END))
		return 2;
	size_t bytes = ftell(file), part = bytes / sizeof(struct record) / k, n = 0;
	struct record *in = aligned_alloc(64, bytes + 64), *out = aligned_alloc(64, bytes + 64);
	struct input inputs[128];

	rewind(file);
	if (!in || !out || !part || fread(in, 1, bytes, file) != bytes)
		return 1;
	for (int round = atoi(argv[2]), first = 1; round >= 0; round--, first = 0) {
		for (uint32_t i = 0; i < k; i++)
			inputs[i] = (struct input){ in + i * part, in + (i + 1) * part };
		double start = now();

		n = merge(inputs, k, out);
		if (!first)
			printf("%.0f\n", now() - start);
	}
	uint32_t hash = 2166136261u;
	const uint32_t *words = (const uint32_t *)out;

	for (size_t i = 0; i < n * 4; i++)
		hash = (hash ^ words[i]) * 16777619u;
	printf("= %zu %u\n", n, hash);
	return 0;
}
