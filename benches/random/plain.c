/* Plain Monte Carlo by hand: xoshiro256+ (D. Blackman, S. Vigna), sums of values and squares. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static uint64_t s[4] = {1, 2, 3, 4};

static inline uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline double uniform(void) {
    uint64_t result = s[0] + s[3], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return (result >> 11) * 0x1p-53;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

#define CASE(dimension, ...)                                                                                   \
    {                                                                                                          \
        double best = 1e300, mean = 0, error = 0;                                                              \
        for (int pass = 0; pass < PASSES; pass++) {                                                            \
            double begin = now(), sum = 0, squares = 0;                                                        \
            for (long n = 0; n < SAMPLES; n++) {                                                               \
                double x[dimension], value;                                                                    \
                for (int k = 0; k < dimension; k++) x[k] = uniform();                                          \
                __VA_ARGS__;                                                                                   \
                sum += value;                                                                                  \
                squares += value * value;                                                                      \
            }                                                                                                  \
            double seconds = now() - begin;                                                                    \
            if (seconds < best) best = seconds;                                                                \
            mean = sum / SAMPLES;                                                                              \
            error = sqrt((squares / SAMPLES - mean * mean) / SAMPLES);                                         \
        }                                                                                                      \
        printf("%.17g\t%.17g\t%.17g\n", 1e9 * best / SAMPLES, mean, error);                                          \
    }

int main(void) {
#include "cases.h"
    return 0;
}
