/*
 * What the C++ contestants of a union share: the record, the merge of sorted records, in place, and the clock.
 *
 * A program NAME FILE ROUNDS times the union of the packed records in FILE, ROUNDS times after one warm-up. It prints the
 * nanoseconds of each round, without the copy that each sorts, then "= segments hash" for the answer (FNV-1a over the
 * 32-bit words).
 */
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Record {
  uint64_t addr;
  uint64_t word;
};

static const uint64_t LENGTH = 0x1ffffffff;

/** Joins what overlaps or touches. Returns how many records are left. */
static size_t merge(std::vector<Record> &records) {
  size_t out = 0;
  for (const Record &next : records) {
    if (out > 0) {
      Record &run = records[out - 1];
      const uint64_t last = run.addr + (run.word & LENGTH) - 1;
      if (next.addr <= last || next.addr - last == 1) {
        const uint64_t next_last = next.addr + (next.word & LENGTH) - 1;
        if (next_last > last) run.word += next_last - last;
        continue;
      }
    }
    records[out++] = next;
  }
  return out;
}

/** @param sort Sorts the records by address. */
static int compete(int argc, char **argv, void (*sort)(std::vector<Record> &)) {
  if (argc != 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  std::vector<Record> input(ftell(file) / sizeof(Record));
  rewind(file);
  if (fread(input.data(), sizeof(Record), input.size(), file) != input.size()) return 1;
  std::vector<Record> records;
  size_t segments = 0;
  for (int round = atoi(argv[2]); round >= 0; round--) {
    records = input;
    const auto start = std::chrono::steady_clock::now();
    sort(records);
    segments = merge(records);
    const auto nanoseconds = std::chrono::steady_clock::now() - start;
    if (round < atoi(argv[2])) printf("%lld\n", (long long)std::chrono::duration_cast<std::chrono::nanoseconds>(nanoseconds).count());
  }
  uint32_t hash = 0x811c9dc5;
  const uint32_t *words = (const uint32_t *)records.data();
  for (size_t i = 0; i < segments * 4; i++) hash = (hash ^ words[i]) * 0x01000193;
  printf("= %zu %u\n", segments, hash);
  return 0;
}
