// Forward-backward of a linear-chain CRF: log partition and expected counts of every row.
//
// Forward and backward variables (Rabiner 1989, equations 20 and 25) in float64, scaled at every
// step to the sum 1 (as in his 91). Scores in the sums are never more than 350 nats below 0, those
// of emissions below the step's best: so the product of a forward and a backward variable, summed
// over the tags, is exp -350 at least, and no quotient here divides by zero.
//
// Every number is that of one row and one order of sums: neither the threads nor the width of the
// processor's vectors changes a bit.

namespace textlstm {
namespace ARCH {

class ForwardBackward {
 public:
  explicit ForwardBackward(const CrfProblem& problem)
      : p_(problem), tags_(problem.tags), wide_((tags_ + kBlock - 1) / kBlock * kBlock),
        row_((int64_t)p_.longest * wide_), table_((int64_t)tags_ * wide_),
        tables_(doubles(2 * table_ + 2 * wide_)),
        work_(doubles(p_.threads * (2 * row_ + table_ + 2 * wide_))) {}

  bool enough_memory() const { return tables_.get() && work_.get(); }

  void run(int member, int members) {
    prepare(member, members);
    barrier_.wait(members);
    for (int b = member; b < p_.batch; b += members) row(b, member);
  }

 private:
  static constexpr int kBlock = 8;          // rows are filled up with zeros to a multiple of it
  static constexpr double kLeast = -350.0;  // of a score in the sums
  static constexpr double kLowest = -1e300;

  static constexpr int64_t doubles(int64_t count) {  // floats of a Buffer that holds so many
    return count * (int64_t)(sizeof(double) / sizeof(float));
  }
  static double weight(double score) { return exp(score < kLeast ? kLeast : score); }

  // exp of the scores; what is beyond the tags is zero.
  void prepare(int member, int members) {
    for (int i = member; i < tags_; i += members)
      for (int j = 0; j < wide_; j++) {
        const bool inside = j < tags_;
        from()[(int64_t)i * wide_ + j] =
            inside ? weight(p_.transitions[(int64_t)i * tags_ + j]) : 0.0;
        to()[(int64_t)i * wide_ + j] =
            inside ? weight(p_.transitions[(int64_t)j * tags_ + i]) : 0.0;
      }
    for (int j = 0; member == 0 && j < wide_; j++) {
      start()[j] = j < tags_ ? weight(p_.start[j]) : 0.0;
      end()[j] = j < tags_ ? weight(p_.end[j]) : 0.0;
    }
  }

  void row(int b, int member) {
    const int length = p_.length[b];
    const int64_t size = (int64_t)p_.time * tags_, square = (int64_t)tags_ * tags_;
    float* tokens = p_.tokens + b * size;
    float* pairs = p_.pairs + b * square;
    for (int64_t k = (int64_t)length * tags_; k < size; k++) tokens[k] = 0.0f;
    p_.log_z[b] = 0.0f;
    if (!length) return (void)memset(pairs, 0, square * sizeof(float));
    double* forward = (double*)work_.get() + member * (2 * row_ + table_ + 2 * wide_);
    double* weights = forward + row_;  // exp of the emissions less the step's best
    double log_z = weigh(p_.emissions + b * size, length, weights);
    log_z += go_forward(length, weights, forward);
    double* counts = weights + row_;
    log_z += go_back(length, weights, forward, counts, tokens);
    p_.log_z[b] = (float)log_z;
    for (int i = 0; i < tags_; i++)
      for (int j = 0; j < tags_; j++)
        pairs[(int64_t)i * tags_ + j] =
            (float)(counts[(int64_t)i * wide_ + j] * from()[(int64_t)i * wide_ + j]);
  }

  // Returns the sum of the best emissions, which the weights leave out.
  double weigh(const float* emissions, int length, double* weights) const {
    double bests = 0.0;
    for (int t = 0; t < length; t++, emissions += tags_, weights += wide_) {
      double best = kLowest;
      for (int j = 0; j < tags_; j++) best = emissions[j] > best ? emissions[j] : best;
      for (int j = 0; j < tags_; j++) weights[j] = weight(emissions[j] - best);
      for (int j = tags_; j < wide_; j++) weights[j] = 0.0;
      bests += best;
    }
    return bests;
  }

  // Forward variables, each step's of sum 1; returns the log of what was taken out.
  double go_forward(int length, const double* weights, double* forward) const {
    double taken = 0.0;
    for (int t = 0; t < length; t++, weights += wide_, forward += wide_) {
      if (t) product(forward - wide_, from(), forward);
      const double* arrive = t ? forward : start();
      for (int j = 0; j < wide_; j++) forward[j] = arrive[j] * weights[j];
      taken += log(scale(forward));
    }
    return taken;
  }

  // Expected counts, of pairs without the factor of their transition; returns the log of the sum
  // over the last step.
  double go_back(int length, const double* weights, const double* forward, double* counts,
                 float* tokens) const {
    double* backward = counts + table_;
    double* after = backward + wide_;  // of the step behind, with its emission, of sum 1
    memset(counts, 0, table_ * sizeof(double));
    memcpy(backward, end(), wide_ * sizeof(double));
    double last = 0.0;
    for (int t = length - 1; t >= 0; t--) {
      const double* here = forward + (int64_t)t * wide_;
      const double sum = inner(here, backward), share = 1.0 / sum;
      for (int j = 0; j < tags_; j++)
        tokens[(int64_t)t * tags_ + j] = (float)(here[j] * share * backward[j]);
      if (t == length - 1)
        last = log(sum);
      else
        add_outer(here, share, after, counts);
      const double* weight = weights + (int64_t)t * wide_;
      for (int j = 0; j < wide_; j++) after[j] = weight[j] * backward[j];
      scale(after);
      if (t) product(after, to(), backward);
    }
    return last;
  }

  // result[j] = sum_i x[i] matrix[i][j]
  void product(const double* x, const double* matrix, double* __restrict__ result) const {
    for (int j = 0; j < wide_; j++) result[j] = 0.0;
    int i = 0;
    for (; i + 4 <= tags_; i += 4, matrix += 4 * (int64_t)wide_) {
      const double *m0 = matrix, *m1 = m0 + wide_, *m2 = m1 + wide_, *m3 = m2 + wide_;
      const double x0 = x[i], x1 = x[i + 1], x2 = x[i + 2], x3 = x[i + 3];
      for (int j = 0; j < wide_; j++)
        result[j] += (x0 * m0[j] + x1 * m1[j]) + (x2 * m2[j] + x3 * m3[j]);
    }
    for (; i < tags_; i++, matrix += wide_)
      for (int j = 0; j < wide_; j++) result[j] += x[i] * matrix[j];
  }

  // counts[i][j] += x[i] share y[j]
  void add_outer(const double* x, double share, const double* y,
                 double* __restrict__ counts) const {
    for (int i = 0; i < tags_; i++, counts += wide_) {
      const double factor = x[i] * share;
      for (int j = 0; j < wide_; j++) counts[j] += factor * y[j];
    }
  }

  double inner(const double* x, const double* y) const {
    double part[kBlock] = {};
    for (int j = 0; j < wide_; j += kBlock)
      for (int k = 0; k < kBlock; k++) part[k] += x[j + k] * y[j + k];
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
  }

  // Brings x to the sum 1, and returns the sum it had.
  double scale(double* x) const {
    double part[kBlock] = {};
    for (int j = 0; j < wide_; j += kBlock)
      for (int k = 0; k < kBlock; k++) part[k] += x[j + k];
    const double sum = ((part[0] + part[1]) + (part[2] + part[3])) +
                       ((part[4] + part[5]) + (part[6] + part[7]));
    const double share = 1.0 / sum;
    for (int j = 0; j < wide_; j++) x[j] *= share;
    return sum;
  }

  double* from() const { return (double*)tables_.get(); }  // transitions, from row to column
  double* to() const { return from() + table_; }           // the same transposed
  double* start() const { return to() + table_; }
  double* end() const { return start() + wide_; }

  const CrfProblem& p_;
  const int tags_, wide_;
  const int64_t row_, table_;  // doubles of a row's steps, and of a table of transitions
  Buffer tables_;
  Buffer work_;  // of each member: forward variables, weights, counts, two steps
  Barrier barrier_;
};

bool crf(const CrfProblem& problem) {
  ForwardBackward pass(problem);
  if (!pass.enough_memory()) return false;
  auto share = [](void* data, int index, int count) {
    ((ForwardBackward*)data)->run(index, count);
  };
  in_parallel(problem.threads, share, &pass);
  return true;
}

}  // namespace ARCH
}  // namespace textlstm
