import Evaluation
import Testing

/// Constants from numpy 2.4.6 and scipy 1.17:
///
///     a = [3,1,4,1,5,9,2,6,5,3,5]; b = [2,7,1,8,2,8,1,8,2,8,4]
///     scipy.stats.pearsonr(a, b), scipy.stats.spearmanr(a, b), scipy.stats.rankdata(a)
///     numpy.percentile(a, [0, 1, 10, 50, 99, 100])
@Suite struct StatisticsTests {
  private let a: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
  private let b: [Double] = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4]

  @Test func correlations() throws {
    #expect(abs(try #require(Correlation.pearson(a, b)) - 0.09422924859889797) < 1e-15)
    #expect(abs(try #require(Correlation.spearman(a, b)) - 0.1384567651467695) < 1e-15)
    #expect(abs(try #require(Correlation.pearson(a, a.map { 2 * $0 - 7 })) - 1) < 1e-15)
    #expect(abs(try #require(Correlation.spearman(a, a.map { -$0 * $0 * $0 })) + 1) < 1e-15)
  }

  @Test func ranksShareTies() {
    #expect(Correlation.ranks(a) == [4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8])
    #expect(Correlation.ranks([]) == [])
    #expect(Correlation.ranks([1, .nan]) == nil)
  }

  @Test func undefinedCorrelations() {
    #expect(Correlation.pearson([1], [2]) == nil)
    #expect(Correlation.pearson([1, 2], [1, 2, 3]) == nil)
    #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]) == nil)
    #expect(Correlation.pearson([1, .infinity], [1, 2]) == nil)
    #expect(Correlation.spearman([1, .nan], [1, 2]) == nil)
  }

  @Test func percentiles() throws {
    let sorted = a.sorted()
    let found = [0, 1, 10, 50, 99, 100].map { percentile($0, ofSorted: sorted) }
    for (found, expected) in zip(found, [1, 1, 1, 4, 8.7, 9]) { #expect(abs(found - expected) < 1e-12) }
    #expect(percentile(50, ofSorted: [1, 2]) == 1.5)
    #expect(percentile(50, ofSorted: [1, .infinity, .infinity]) == .infinity)
    #expect(percentile(50, ofSorted: []).isNaN)
    let distribution = try #require(Distribution(a))
    #expect(distribution.count == 11)
    #expect(distribution.mean == 4)
    #expect((distribution.minimum, distribution.median, distribution.maximum) == (1, 4, 9))
    #expect(Distribution([]) == nil)
    #expect(Distribution([1, .nan]) == nil)
  }

  @Test func zeroVectors() {
    let zero = VectorComparison([0, 0], reference: [0, 0])
    #expect((zero.cosine, zero.relativeL2, zero.maximumAbsolute) == (1, 0, 0))
    let lost = VectorComparison([0, 0], reference: [3, 4])
    #expect((lost.cosine, lost.relativeL2, lost.maximumAbsolute) == (0, 1, 4))
    let invented = VectorComparison([3, 4], reference: [0, 0])
    #expect((invented.cosine, invented.relativeL2) == (0, .infinity))
  }
}
