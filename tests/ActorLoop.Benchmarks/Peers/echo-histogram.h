/* Latency histogram of echo-load: 64 linear steps per power of two, so a reported quantile is within 1.6 %. */
#ifndef ECHO_HISTOGRAM_H
#define ECHO_HISTOGRAM_H

#include <stdint.h>

enum { STEP_BITS = 6, STEPS = 1 << STEP_BITS, POWERS = 40 };

struct histogram {
    uint64_t total, largest, counts[POWERS * STEPS];
};

static void histogram_add(struct histogram *h, uint64_t nanoseconds)
{
    unsigned shift = 0;
    if (nanoseconds >= STEPS) {
        shift = 63u - (unsigned)__builtin_clzll(nanoseconds) - STEP_BITS + 1;
    }

    uint64_t slot = (uint64_t)shift * STEPS + (nanoseconds >> shift);
    uint64_t last = POWERS * STEPS - 1;
    h->counts[slot < last ? slot : last]++;
    h->total++;
    h->largest = nanoseconds > h->largest ? nanoseconds : h->largest;
}

/* The upper edge of the step that holds the quantile, in microseconds. */
static double histogram_quantile_us(const struct histogram *h, double quantile)
{
    uint64_t rank = (uint64_t)(quantile * (double)h->total), seen = 0;
    for (unsigned slot = 0; slot < POWERS * STEPS; slot++) {
        seen += h->counts[slot];
        if (seen > rank) {
            uint64_t edge = ((uint64_t)(slot % STEPS) + 1) << (slot / STEPS);
            return (double)(edge < h->largest ? edge : h->largest) / 1000.0;
        }
    }

    return (double)h->largest / 1000.0;
}

#endif
