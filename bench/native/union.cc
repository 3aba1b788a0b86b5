/*
 * What a C++ programmer would write, as the bar: std::sort by address, then a merge of what overlaps or touches, in place.
 *
 *   union FILE ROUNDS   times the union of the packed records in FILE, ROUNDS times after one warm-up
 *
 * Prints the nanoseconds of each round, without the copy that each sorts, then "= segments hash" for the answer
 * (FNV-1a over the 32-bit words).
 */
#include <algorithm>
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

static size_t unite(std::vector<Record> &records) {
  std::sort(records.begin(), records.end(), [](const Record &a, const Record &b) { return a.addr < b.addr; });
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

int main(int argc, char **argv) {
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
    segments = unite(records);
    const auto nanoseconds = std::chrono::steady_clock::now() - start;
    if (round < atoi(argv[2])) printf("%lld\n", (long long)std::chrono::duration_cast<std::chrono::nanoseconds>(nanoseconds).count());
  }
  uint32_t hash = 0x811c9dc5;
  const uint32_t *words = (const uint32_t *)records.data();
  for (size_t i = 0; i < segments * 4; i++) hash = (hash ^ words[i]) * 0x01000193;
  printf("= %zu %u\n", segments, hash);
  return 0;
}
