/*
 * Times Intel ISA-L as ErasureBenchmark times the engine: 2 MiB of data in k shards, the median of single calls.
 * Its matrix is another one; the work is the same. Prints lines "what code nanoseconds".
 */
#include <isa-l/erasure_code.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXTENT_BYTES = 2 << 20, ALIGNMENT = 64, SHARDS_MAX = 32, WARMUP = 200, CALLS = 1500 };

static int64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t median(int bytes, int k, int m, unsigned char *tables, unsigned char **from, unsigned char **to) {
    static int64_t times[CALLS];
    for (int call = -WARMUP; call < CALLS; call++) {
        int64_t start = nanos();
        ec_encode_data(bytes, k, m, tables, from, to);
        if (call >= 0) {
            times[call] = nanos() - start;
        }
    }
    qsort(times, CALLS, sizeof times[0], ascending);
    return times[CALLS / 2];
}

/* Makes the first m shards of the k last ones, and says whether they are what they were. */
static int decode(int bytes, int k, int m, unsigned char *matrix, unsigned char **shards, const char *code) {
    unsigned char known[SHARDS_MAX * SHARDS_MAX], inverse[SHARDS_MAX * SHARDS_MAX], tables[SHARDS_MAX * SHARDS_MAX * 32];
    unsigned char *made[SHARDS_MAX];
    int equal = 1;
    memcpy(known, matrix + m * k, (size_t)(k * k));
    if (gf_invert_matrix(known, inverse, k) != 0) {
        return 0;
    }
    ec_init_tables(k, m, inverse, tables);
    for (int i = 0; i < m; i++) {
        made[i] = aligned_alloc(ALIGNMENT, (size_t)bytes);
    }
    printf("decode %s %lld\n", code, (long long)median(bytes, k, m, tables, shards + m, made));
    for (int i = 0; i < m; i++) {
        equal = equal && memcmp(made[i], shards[i], (size_t)bytes) == 0;
        free(made[i]);
    }
    return equal;
}

int main(void) {
    static const int SHAPES[][2] = {{4, 2}, {6, 3}, {10, 4}, {17, 3}};
    for (size_t shape = 0; shape < sizeof SHAPES / sizeof SHAPES[0]; shape++) {
        int k = SHAPES[shape][0], m = SHAPES[shape][1];
        int bytes = (EXTENT_BYTES / k + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        unsigned char matrix[SHARDS_MAX * SHARDS_MAX], tables[SHARDS_MAX * SHARDS_MAX * 32];
        unsigned char *shards[SHARDS_MAX];
        char code[8];
        snprintf(code, sizeof code, "%d+%d", k, m);
        for (int i = 0; i < k + m; i++) {
            shards[i] = aligned_alloc(ALIGNMENT, (size_t)bytes);
            for (int at = 0; at < bytes; at++) {
                shards[i][at] = (unsigned char)rand();
            }
        }
        gf_gen_cauchy1_matrix(matrix, k + m, k);
        ec_init_tables(k, m, matrix + k * k, tables);
        printf("encode %s %lld\n", code, (long long)median(bytes, k, m, tables, shards, shards + k));
        if (!decode(bytes, k, m, matrix, shards, code)) {
            fprintf(stderr, "ISA-L decoded other bytes than it had encoded\n");
            return 1;
        }
        for (int i = 0; i < k + m; i++) {
            free(shards[i]);
        }
    }
    return 0;
}
