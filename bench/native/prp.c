/*
 * PRP lists of packed records as a driver writes them, entry by entry (the shape of Linux nvme_pci_setup_data_prp), with
 * lists of 4 KiB pages one behind the other at LIST_ADDR. Prints ns a round, then `= entries hash`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PAGE 4096u
#define SLOTS (PAGE / 8)
#define LIST_ADDR 0xd0000000ull

struct record {
	uint64_t addr;
	uint32_t len, flags;
};

/* Returns the slots used, links among them; 0 where the records are no PRP lists. */
static size_t encode(const struct record *in, size_t count, uint64_t *lists)
{
	uint64_t left = 0, addr = in->addr, len = in->len, next = LIST_ADDR;
	const struct record *end = in + count;
	uint64_t *list = lists;
	unsigned i = 0;

	for (const struct record *r = in; r < end; r++)
		left += r->len;
	uint64_t first = PAGE - (addr & (PAGE - 1));

	if (first > left)
		first = left;
	if (len < first)
		return 0;
	addr += first;
	len -= first;
	left -= first;
	while (left) {
		if (!len) {
			in++;
			addr = in->addr;
			len = in->len;
			if (addr & (PAGE - 1))
				return 0;
		}
		uint64_t bytes = left < PAGE ? left : PAGE;

		if (len < bytes)
			return 0;
		if (i == SLOTS) {
			uint64_t *old = list;

			next += PAGE;
			list += SLOTS;
			list[0] = old[SLOTS - 1];
			old[SLOTS - 1] = next;
			i = 1;
		}
		list[i++] = addr;
		addr += bytes;
		len -= bytes;
		left -= bytes;
	}
	return list - lists + i;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;

	if (!file || fseek(file, 0, SEEK_END))
		return 2;
	size_t bytes = ftell(file), count = bytes / sizeof(struct record), pages = 0;
	struct record *in = aligned_alloc(PAGE, bytes + PAGE);

	rewind(file);
	if (!in || fread(in, 1, bytes, file) != bytes)
		return 1;
	for (size_t i = 0; i < count; i++)
		pages += in[i].len / PAGE + 2;
	uint64_t *lists = aligned_alloc(PAGE, (pages + pages / 500 + SLOTS) / SLOTS * PAGE + PAGE);
	size_t slots = encode(in, count, lists);

	for (int round = 0; round < atoi(argv[2]); round++) {
		double start = now();

		slots = encode(in, count, lists);
		printf("%.0f\n", now() - start);
	}
	uint32_t hash = 2166136261u;
	const uint32_t *words = (const uint32_t *)lists;

	for (size_t i = 0; i < slots * 2; i++)
		hash = (hash ^ words[i]) * 16777619u;
	printf("= %zu %u\n", slots, hash);
	return 0;
}
