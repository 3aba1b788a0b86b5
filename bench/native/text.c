/*
 * text parse FILE ROUNDS: lines `addr,length` to records, digit by digit, as often as takes 20 ms a round.
 * text format FILE ROUNDS FORM: records to lines `addr,length,flags`; FORM numbers: all decimal, exact: 0x, decimal, 0x.
 *
 * Prints the nanoseconds of each round, over one pass of the file; then "=", how many lines, and a hash of the result.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static uint64_t *parse(const unsigned char *p, const unsigned char *end, uint64_t *out) {
  while (p < end) {
    uint64_t addr = 0, length = 0;
    unsigned digit;
    while ((digit = *p - '0') <= 9) addr = addr * 10 + digit, p++;
    if (*p++ != ',') abort();
    while ((digit = *p - '0') <= 9) length = length * 10 + digit, p++;
    if (*p++ != '\n' || length == 0 || length > 0xffffffff) abort();
    out[0] = addr;
    out[1] = length;
    out += 2;
  }
  return out;
}

static char *decimal(char *p, uint64_t value) {
  char digits[20];
  int count = 0;
  do digits[count++] = '0' + value % 10;
  while ((value /= 10) != 0);
  while (count > 0) *p++ = digits[--count];
  return p;
}

static char *hex(char *p, uint64_t value) {
  char digits[16];
  int count = 0;
  do digits[count++] = "0123456789abcdef"[value & 15];
  while ((value >>= 4) != 0);
  *p++ = '0';
  *p++ = 'x';
  while (count > 0) *p++ = digits[--count];
  return p;
}

static char *format(const uint64_t *record, const uint64_t *end, char *p, int numbers) {
  for (; record < end; record += 2) {
    uint64_t length = record[1] & 0x1ffffffff, flags = record[1] >> 32 & ~1ull;
    p = numbers ? decimal(p, record[0]) : hex(p, record[0]);
    *p++ = ',';
    p = decimal(p, length);
    *p++ = ',';
    p = numbers ? decimal(p, flags) : hex(p, flags);
    *p++ = '\n';
  }
  return p;
}

static uint32_t hash(const unsigned char *bytes, size_t count) {
  uint32_t sum = 2166136261u;
  for (size_t at = 0; at < count; at++) sum = (sum ^ bytes[at]) * 16777619u;
  return sum;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  FILE *file = fopen(argv[2], "rb");
  if (file == NULL) return 1;
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  unsigned char *in = malloc(size + 1);
  unsigned char *out = malloc(size * 8 + 4096);
  if (fread(in, 1, size, file) != size) return 1;
  int reads = strcmp(argv[1], "parse") == 0;
  int numbers = argc > 4 && strcmp(argv[4], "numbers") == 0;
  size_t made = 0;
  int rounds = atoi(argv[3]);
  // Not timed: the first write to fresh memory maps it.
  memset(out, 1, size * 8 + 4096);
  for (int round = 0; round < rounds; round++) {
    double start = now(), spent;
    int passes = 0;
    do {
      made = reads ? (unsigned char *)parse(in, in + size, (uint64_t *)out) - out
                   : (unsigned char *)format((uint64_t *)in, (uint64_t *)(in + size), (char *)out, numbers) - out;
      __asm__ volatile("" : : "r"(out) : "memory");
      passes++;
    } while ((spent = now() - start) < 2e7);
    printf("%.0f\n", spent / passes);
  }
  printf("= %zu %u\n", (reads ? made : size) / 16, hash(out, made));
  return 0;
}
