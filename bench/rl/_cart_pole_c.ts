/** What env_speed.ts writes into a temporary folder and has compiled. */

/** Numbers that both programs start from. */
export interface CartPoleC {
  readonly seed: number;
  /** First word of the xorshift that chooses the actions. */
  readonly xorshift: number;
  /** Steps of all copies between two looks at the clock. */
  readonly block: number;
}

/**
 * CartPole-v1 in C, with the work of `createCartPoleVector`; `-DPOLYNOMIALS` takes its sine and
 * cosine as well. Arguments: copies, milliseconds, and blocks or 0. It prints steps per second of
 * processor time, episodes ended, and the sum of the last observations.
 */
export function cartPoleC({ seed, xorshift, block }: CartPoleC): string {
  return `#define _POSIX_C_SOURCE 199309L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MOST_X 2.4
#define MOST_ANGLE (12 * 2 * 3.141592653589793 / 360)

static int n;
static double *x, *speed, *angle, *turn, *reward, returns[${block}];
static int *age;
static float *obs, *final;
static uint8_t *terminated, *truncated, *action;
static uint32_t block[4];
static uint64_t drawn, episodes;

/* Philox4x32-10, as in rl/rng.ts. */
static uint32_t draw(void) {
  if (drawn % 4 == 0) {
    uint64_t counter = drawn / 4;
    uint32_t c0 = counter, c1 = counter >> 32, c2 = 0, c3 = 0, k0 = ${seed}, k1 = 0;
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = (uint64_t)0xd2511f53 * c0, p1 = (uint64_t)0xcd9e8d57 * c2;
      c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
      c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
      c1 = p1;
      c3 = p0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    block[0] = c0; block[1] = c1; block[2] = c2; block[3] = c3;
  }
  return block[drawn++ % 4];
}

static double uniform(void) {
  double high = draw() >> 5;
  return -0.05 + 0.1 * ((high * 67108864 + (draw() >> 6)) / 9007199254740992);
}

static void observe(int i) {
  obs[i * 4] = x[i]; obs[i * 4 + 1] = speed[i]; obs[i * 4 + 2] = angle[i]; obs[i * 4 + 3] = turn[i];
}

static void start(int i) {
  x[i] = uniform(); speed[i] = uniform(); angle[i] = uniform(); turn[i] = uniform();
  age[i] = 0;
  observe(i);
}

static void step(void) {
  for (int i = 0; i < n; i++) {
    double v = speed[i], a = angle[i], w = turn[i];
#ifdef POLYNOMIALS
    double z = a * a;
    double s = a + z * a * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z *
      (-1.98412698298579493134e-04 + z * (2.75573137070700676789e-06 + z *
      (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
    double c = 1 - (0.5 * z - z * z * (4.16666666666666019037e-02 + z *
      (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z *
      (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z *
      -1.13596475577881948265e-11))))));
#else
    double s = sin(a), c = cos(a);
#endif
    double temp = ((action[i] ? 10. : -10.) + 0.05 * (w * w) * s) / 1.1;
    double angular = (9.8 * s - c * temp) / (0.5 * (4. / 3 - 0.1 * (c * c) / 1.1));
    double linear = temp - 0.05 * angular * c / 1.1;
    double nx = x[i] + 0.02 * v, na = a + 0.02 * w;
    x[i] = nx; speed[i] = v + 0.02 * linear; angle[i] = na; turn[i] = w + 0.02 * angular;
    observe(i);
    age[i]++;
    reward[i] = 1;
    int fell = nx > MOST_X || nx < -MOST_X || na > MOST_ANGLE || na < -MOST_ANGLE;
    int cut = !fell && age[i] >= 500;
    terminated[i] = fell;
    truncated[i] = cut;
    if (fell || cut) {
      returns[episodes++ % ${block}] = age[i];
      for (int j = i * 4; j < i * 4 + 4; j++) final[j] = obs[j];
      start(i);
    }
  }
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

#define MAKE(row, size) row = calloc(size, sizeof *row)

int main(int count, char **words) {
  n = atoi(words[1]);
  double ms = atof(words[2]);
  long blocks = atol(words[3]), done = 0;
  MAKE(x, n); MAKE(speed, n); MAKE(angle, n); MAKE(turn, n); MAKE(reward, n); MAKE(age, n);
  MAKE(obs, n * 4); MAKE(final, n * 4);
  MAKE(terminated, n); MAKE(truncated, n); MAKE(action, n);
  for (int i = 0; i < n; i++) start(i);
  uint32_t word = ${xorshift};
  double started = seconds(), now = started;
  while (blocks > 0 ? done < blocks : (now - started) * 1000 < ms) {
    for (int at = 0; at < ${block} / n; at++) {
      for (int i = 0; i < n; i++) {
        word ^= word << 13; word ^= word >> 17; word ^= word << 5;
        action[i] = word & 1;
      }
      step();
    }
    done++;
    now = seconds();
  }
  double sum = 0;
  for (int j = 0; j < n * 4; j++) sum += obs[j];
  for (int j = 0; j < n * 4; j++) sum += final[j];
  printf("%.17g %ld %.17g", done * ${block} / (now - started), (long)episodes, sum);
}
`;
}
