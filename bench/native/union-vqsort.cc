/* Highway's vqsort of the records as 128-bit keys, the address in the upper half. Debian: libhwy-dev. */
#include "union.h"

#include <hwy/contrib/sort/vqsort.h>

/** Highway's keys have the lower half first. */
static void swapHalves(std::vector<Record> &records) {
  for (Record &record : records) record = {record.word, record.addr};
}

static void sort(std::vector<Record> &records) {
  static hwy::Sorter sorter;
  swapHalves(records);
  sorter((hwy::uint128_t *)records.data(), records.size(), hwy::SortAscending());
  swapHalves(records);
}

int main(int argc, char **argv) { return compete(argc, argv, sort); }
