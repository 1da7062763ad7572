import Evaluation
import Interchange
import Testing

/// Two sides of twelve pairs, and their figures by numpy and scipy:
///
///     v = lambda k: array([[((7 * i + 5 * j + k * (i % 3) * (j + 1)) % 11 - 5) / 4 for j in range(3)] for i in range(24)])
///     x, y = v(k)[0::2], v(k)[1::2]; scores = [5 * i % 7 / 2 for i in range(12)]
///     (x * y).sum(1) / norm(x, axis=1) / norm(y, axis=1), -norm(x - y, axis=1), -abs(x - y).sum(1), (x * y).sum(1)
///     scipy.stats.pearsonr, scipy.stats.spearmanr
///     numpy.percentile([figure of side 0 - figure of side 1 over rows of draw in 200 draws], [2.5, 97.5])
///
/// with the rows of a draw `[next() * 12 >> 64 for _ in range(12)]` by SplitMix64 from the state 1.
@Suite struct SimilarityTests {
  private let sides = [0, 1].map(Self.similarities)
  private let scores = (0..<12).map { Double(5 * $0 % 7) / 2 }

  private static func similarities(_ side: Int) -> PairSimilarities {
    var vectors = FloatMatrix(rows: 24, columns: 3)
    for i in 0..<24 {
      for j in 0..<3 {
        vectors.values[3 * i + j] = Float((7 * i + 5 * j + side * (i % 3) * (j + 1)) % 11 - 5) / 4
      }
    }
    return PairSimilarities(vectors)
  }

  private static let figures: [(key: String, first: Double, second: Double, low: Double, high: Double)] = [
    ("pearson_cosine", -0.3138230305248287, 0.0013431541336870513, -1.075736813432532, 0.38107794111037147),
    ("spearman_cosine", -0.2558176375128661, 0.0035274740170968774, -1.1193560857643492, 0.4897837219737584),
    (
      "pearson_euclidean", -0.5933556650416619, 0.02775849941859053, -1.3490832114579852,
      -0.007894862434767799
    ),
    (
      "spearman_euclidean", -0.61643498581429, 0.021662908578296763, -1.2081585340769827, 0.036900940234934926
    ),
    (
      "pearson_manhattan", -0.6137164119322157, 0.025170677383034492, -1.3963935318008907, 0.02228307545306207
    ),
    ("spearman_manhattan", -0.61643498581429, 0.021662908578296763, -1.2894521636779201, 0.04238691753315668),
    ("pearson_dot", -0.4260162678991804, 0.002375866681202416, -1.1828317794481344, 0.2424925141481341),
    ("spearman_dot", -0.4347110903190662, 0.03185885618564752, -1.1995755136582436, 0.38374796416236107),
  ]

  @Test func equalsSciPy() throws {
    #expect(SimilarityFigure.all.map(\.key) == Self.figures.map(\.key))
    for (figure, expected) in zip(SimilarityFigure.all, Self.figures) {
      let first = try #require(sides[0].correlation(figure, scores: scores))
      let second = try #require(sides[1].correlation(figure, scores: scores))
      #expect(abs(first - expected.first) < 1e-12 && abs(second - expected.second) < 1e-12, "\(figure.key)")
    }
  }

  @Test func bootstrapEqualsNumPy() throws {
    var steps: [Int] = []
    let intervals = Bootstrap(resamples: 200).intervals(sides[0], sides[1], scores: scores) {
      steps.append($0)
    }
    for (figure, expected) in zip(SimilarityFigure.all, Self.figures) {
      let interval = try #require(intervals[figure])
      #expect(
        abs(interval.lowerBound - expected.low) < 1e-12 && abs(interval.upperBound - expected.high) < 1e-12,
        "\(figure.key): \(interval)")
    }
    #expect(steps == [0, 100])
    let again = Bootstrap(resamples: 200).intervals(sides[0], sides[1], scores: scores)
    #expect(again == intervals)
  }

  @Test func bootstrapOfNoDifference() {
    let intervals = Bootstrap(resamples: 100).intervals(sides[0], sides[0], scores: scores)
    #expect(intervals.count == 8 && intervals.values.allSatisfy { $0 == 0...0 })
    var other = Bootstrap(resamples: 100)
    other.seed = 2
    #expect(
      other.intervals(sides[0], sides[1], scores: scores)
        != Bootstrap(resamples: 100).intervals(sides[0], sides[1], scores: scores))
  }

  @Test func undefinedFigures() throws {
    let same = PairSimilarities(FloatMatrix(rows: 8, columns: 2))
    #expect(same[.cosine] == [0, 0, 0, 0])
    for figure in SimilarityFigure.all { #expect(same.correlation(figure, scores: [1, 2, 3, 4]) == nil) }
    #expect(Bootstrap(resamples: 100).intervals(same, same, scores: [1, 2, 3, 4]).isEmpty)
    #expect(PairSimilarities(FloatMatrix(rows: 3, columns: 1))[.dot].count == 1)
  }
}
