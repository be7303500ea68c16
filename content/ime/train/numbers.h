/* numbers.h - arithmetic whose last bit is the same on every machine: + - * /
 * and square roots of IEEE 754 doubles, in an order that stands in the source.
 * The C library's logarithms and sines are not; the compiler must neither fuse
 * nor reorder (the Makefile sees to it). */
#ifndef CONTENT_IME_TRAIN_NUMBERS_H
#define CONTENT_IME_TRAIN_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* splitmix64 by Sebastiano Vigna: any state is a good one. */
struct dice {
    uint64_t state;
};
uint64_t dice_next(struct dice *dice);
double dice_share(struct dice *dice);  /* even, 0 <= result < 1 */
double dice_normal(struct dice *dice); /* mean 0, deviation 1, within 6 */

double number_log(double value); /* natural; value > 0 */
/* For small arguments, as shapes are turned and stretched by: |x| < 2. */
double number_exp(double x);
double number_sin(double x);
double number_cos(double x);
/* To the nearest, halves up. */
int64_t number_round(double value);

/* Square matrices of size rows, one row after the other. */

/* matrix = L L^T; L takes its place, below and on the diagonal. The matrix is
 * symmetric and positive definite. */
void matrix_cholesky(double *matrix, size_t size);
/* L x = v, L^T x = v; x takes the place of v. */
void matrix_solve_lower(const double *lower, size_t size, double *vector);
void matrix_solve_upper(const double *lower, size_t size, double *vector);
/* The eigenvectors of a symmetric matrix without negative eigenvalues take its
 * place as rows, those of large eigenvalues first, each with its largest
 * component positive. */
void matrix_eigenvectors(double *matrix, size_t size);

#endif
