/* What a C++ programmer would write: std::sort by address, then a merge. */
#include "union.h"

#include <algorithm>

static void sort(std::vector<Record> &records) {
  std::sort(records.begin(), records.end(), [](const Record &a, const Record &b) { return a.addr < b.addr; });
}

int main(int argc, char **argv) { return compete(argc, argv, sort); }
