/* A radix sort by address, least significant of eight digits first; a digit that all records share takes no pass. */
#include "union.h"

#include <cstring>

static void sort(std::vector<Record> &records) {
  static std::vector<Record> other;
  static uint32_t counts[8][256];
  other.resize(records.size());
  memset(counts, 0, sizeof counts);
  for (const Record &record : records) {
    for (int digit = 0; digit < 8; digit++) counts[digit][record.addr >> (8 * digit) & 255]++;
  }
  for (int digit = 0; digit < 8; digit++) {
    uint32_t *places = counts[digit];
    if (places[records[0].addr >> (8 * digit) & 255] == records.size()) continue;
    uint32_t place = 0;
    for (int value = 0; value < 256; value++) {
      const uint32_t found = places[value];
      places[value] = place;
      place += found;
    }
    for (const Record &record : records) other[places[record.addr >> (8 * digit) & 255]++] = record;
    records.swap(other);
  }
}

int main(int argc, char **argv) { return compete(argc, argv, sort); }
