/* Runs the peers over the integrals of `cases.h`, which the bench writes, and prints a line for
 * each: integral, tool, evaluations, seconds, value, claimed error.
 *
 * Compiled with -DCUBATURE for S. G. Johnson's cubature, with -DGSL for the GNU Scientific
 * Library. GSL has no cubature; what a user of it has for several variables is QAGS nested in
 * itself, each inner integral to a tenth of the tolerance outside, and VEGAS. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct problem {
  int dimension;
  double low[6], high[6];
  double (*value)(const double *);
};

#include "cases.h"

#define PROBLEMS (int)(sizeof problems / sizeof problems[0])

static const struct problem *current;
static long evaluations;
static jmp_buf exhausted;

static double evaluate(const double *u) {
  evaluations++;
  return current->value(u);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* The best time of passes for a quarter of a second, five at most. */
static void run(const char *tool, void (*integrate)(double *, double *)) {
  for (int k = 0; k < PROBLEMS; k++) {
    current = &problems[k];
    double value, error, best = DBL_MAX, spent = 0;
    for (int pass = 0; pass < PASSES && spent < SECONDS; pass++) {
      evaluations = 0;
      double start = now();
      integrate(&value, &error);
      double time = now() - start;
      spent += time;
      if (time < best) best = time;
    }
    printf("%d,%s,%ld,%.9g,%.17g,%.17g\n", k, tool, evaluations, best, value, error);
    fflush(stdout);
  }
}

#ifdef CUBATURE
#include <cubature.h>

static int at_node(unsigned dimension, const double *u, void *data, unsigned outputs,
                   double *value) {
  (void)dimension, (void)data, (void)outputs;
  *value = evaluate(u);
  return 0;
}

static void with_hcubature(double *value, double *error) {
  hcubature(1, at_node, NULL, current->dimension, current->low, current->high, MAX_EVALS, 0,
            RTOL, ERROR_INDIVIDUAL, value, error);
}

static void with_pcubature(double *value, double *error) {
  pcubature(1, at_node, NULL, current->dimension, current->low, current->high, MAX_EVALS, 0,
            RTOL, ERROR_INDIVIDUAL, value, error);
}
#endif

#ifdef GSL
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_monte_vegas.h>
#include <gsl/gsl_rng.h>

static gsl_integration_workspace *workspaces[6];
static double node[6];

static double nested(double along, void *axis);

static void integrate_axis(int axis, double rtol, double *value, double *error) {
  gsl_function function = {nested, (void *)(size_t)axis};
  gsl_integration_qags(&function, current->low[axis], current->high[axis], 0, rtol, 1000,
                       workspaces[axis], value, error);
}

static double nested(double along, void *data) {
  int axis = (int)(size_t)data;
  node[axis] = along;
  if (axis + 1 == current->dimension) {
    if (evaluations >= MAX_EVALS) longjmp(exhausted, 1);
    return evaluate(node);
  }
  double value, error;
  /* 1e-13 is about the smallest that GSL accepts. */
  integrate_axis(axis + 1, fmax(RTOL * pow(0.1, axis + 1), 1e-13), &value, &error);
  return value;
}

static void with_qags(double *value, double *error) {
  if (setjmp(exhausted)) {
    *value = NAN;
    *error = INFINITY;
    return;
  }
  integrate_axis(0, RTOL, value, error);
}

static double sampled(double *u, size_t dimension, void *data) {
  (void)dimension, (void)data;
  return evaluate(u);
}

/* A tenth of the samples to adapt the grid, then four runs that are averaged. */
static void with_vegas(double *value, double *error) {
  size_t dimension = current->dimension;
  double *low = (double *)current->low, *high = (double *)current->high;
  gsl_monte_function function = {sampled, dimension, NULL};
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_monte_vegas_state *state = gsl_monte_vegas_alloc(dimension);
  gsl_monte_vegas_integrate(&function, low, high, dimension, MAX_EVALS / 50, random, state, value,
                            error);
  gsl_monte_vegas_params parameters;
  gsl_monte_vegas_params_get(state, &parameters);
  parameters.stage = 1;
  parameters.iterations = 4;
  gsl_monte_vegas_params_set(state, &parameters);
  gsl_monte_vegas_integrate(&function, low, high, dimension, MAX_EVALS / 9 * 2, random, state,
                            value, error);
  gsl_monte_vegas_free(state);
  gsl_rng_free(random);
}
#endif

int main(void) {
#ifdef CUBATURE
  run("hcubature", with_hcubature);
  run("pcubature", with_pcubature);
#endif
#ifdef GSL
  gsl_set_error_handler_off();
  for (int axis = 0; axis < 6; axis++) workspaces[axis] = gsl_integration_workspace_alloc(1000);
  run("GSL QAGS, nested", with_qags);
  run("GSL VEGAS", with_vegas);
#endif
  return 0;
}
