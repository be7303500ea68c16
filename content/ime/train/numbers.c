#include "content/ime/train/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

double dice_share(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) / 9007199254740992.0; /* 2^53 */
}

double dice_normal(struct dice *dice)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += dice_share(dice);
    return sum;
}

double number_log(double value)
{
    const double ln2 = 0.693147180559945309417;
    int halved = 0;
    for (; value > 1.4; value /= 2)
        halved++;
    for (; value < 0.7; value *= 2)
        halved--;
    const double t = (value - 1) / (value + 1);
    double sum = 0, power = t;
    for (int i = 1; i < 30; i += 2, power *= t * t)
        sum += power / i;
    return 2 * sum + halved * ln2;
}

double number_exp(double x)
{
    double sum = 1, term = 1;
    for (int i = 1; i < 24; i++)
        sum += term *= x / i;
    return sum;
}

double number_sin(double x)
{
    double sum = x, term = x;
    for (int i = 2; i < 24; i += 2)
        sum += term *= -x * x / (i * (i + 1));
    return sum;
}

double number_cos(double x)
{
    double sum = 1, term = 1;
    for (int i = 1; i < 24; i += 2)
        sum += term *= -x * x / (i * (i + 1));
    return sum;
}

int64_t number_round(double value)
{
    const double up = value + 0.5;
    const int64_t whole = (int64_t)up;
    return (double)whole > up ? whole - 1 : whole;
}

/* Four sums side by side, always these four: one after the other would wait for
 * each addition, and how a compiler would split it is its own affair. */
static double dot(const double *a, const double *b, size_t length)
{
    double sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= length; i += 4)
        for (size_t k = 0; k < 4; k++)
            sums[k] += a[i + k] * b[i + k];
    for (; i < length; i++)
        sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void matrix_cholesky(double *matrix, size_t size)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j <= i; j++) {
            double *at = &matrix[i * size + j];
            const double rest =
                *at - dot(&matrix[i * size], &matrix[j * size], j);
            *at = i == j ? sqrt(rest) : rest / matrix[j * size + j];
        }
}

void matrix_solve_lower(const double *lower, size_t size, double *vector)
{
    for (size_t i = 0; i < size; i++)
        vector[i] = (vector[i] - dot(&lower[i * size], vector, i)) /
                    lower[i * size + i];
}

void matrix_solve_upper(const double *lower, size_t size, double *vector)
{
    for (size_t i = size; i-- > 0;) {
        const double value = vector[i] /= lower[i * size + i];
        for (size_t j = 0; j < i; j++)
            vector[j] -= value * lower[i * size + j];
    }
}

/* One-sided Jacobi (Hestenes 1958): turns pairs of rows until all stand at
 * right angles. Turning rows is multiplying from the left by something
 * orthogonal, so the rows end as eigenvectors, each as long as its eigenvalue.
 */
static double straighten(double *p, double *q, size_t size)
{
    const double pp = dot(p, p, size), qq = dot(q, q, size);
    const double pq = dot(p, q, size), norm = sqrt(pp) * sqrt(qq);
    const double off = pq < 0 ? -pq : pq;
    if (!(off > 1e-14 * norm))
        return 0;
    const double zeta = (qq - pp) / (2 * pq);
    const double root = sqrt(1 + zeta * zeta);
    const double t = zeta < 0 ? -1 / (root - zeta) : 1 / (root + zeta);
    const double c = 1 / sqrt(1 + t * t), s = c * t;
    for (size_t i = 0; i < size; i++) {
        const double x = p[i], y = q[i];
        p[i] = c * x - s * y;
        q[i] = s * x + c * y;
    }
    return off / norm;
}

struct ranked {
    double length;
    size_t row;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static void normalise(double *row, double length, size_t size)
{
    double most = 0;
    for (size_t i = 0; i < size; i++)
        if (fabs(row[i]) > fabs(most))
            most = row[i];
    const double by = most < 0 ? -length : length;
    for (size_t i = 0; i < size && length > 0; i++)
        row[i] /= by;
}

void matrix_eigenvectors(double *matrix, size_t size)
{
    double worst = 1;
    for (int sweep = 0; sweep < 40 && worst > 1e-10; sweep++) {
        worst = 0;
        for (size_t p = 0; p + 1 < size; p++)
            for (size_t q = p + 1; q < size; q++) {
                const double off =
                    straighten(&matrix[p * size], &matrix[q * size], size);
                worst = off > worst ? off : worst;
            }
    }
    struct ranked *order = xcalloc(size, sizeof(*order));
    double *sorted = xcalloc(size * size, sizeof(*sorted));
    for (size_t i = 0; i < size; i++) {
        const double *row = &matrix[i * size];
        order[i] = (struct ranked){sqrt(dot(row, row, size)), i};
    }
    qsort(order, size, sizeof(*order), compare);
    for (size_t i = 0; i < size; i++) {
        double *row = &sorted[i * size];
        memcpy(row, &matrix[order[i].row * size], size * sizeof(*row));
        normalise(row, order[i].length, size);
    }
    memcpy(matrix, sorted, size * size * sizeof(*matrix));
    free(sorted);
    free(order);
}
