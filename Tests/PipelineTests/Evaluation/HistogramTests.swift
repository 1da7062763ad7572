import Evaluation
import Testing

@Suite struct HistogramTests {
  @Test func counts() throws {
    let histogram = try #require(Histogram([0, 0.1, 0.19, 0.2, 0.55, 1], intervals: 10))
    #expect(histogram.step == 0.2)
    #expect(histogram.counts == [3, 1, 1, 0, 0, 1])
    for largest in [1e-9, 3e-4, 0.999, 1, 7, 1e12] {
      let histogram = try #require(Histogram([0, largest / 3, largest], intervals: 30))
      #expect((10...30).contains(histogram.counts.count), "\(largest): \(histogram.counts.count)")
      #expect(histogram.counts.reduce(0, +) == 3 && histogram.counts.last == 1)
    }
  }

  @Test func extremes() {
    #expect(Histogram([0, 0], intervals: 30)?.counts == [2])
    #expect(Histogram([], intervals: 30) == nil)
    #expect(Histogram([-1], intervals: 30) == nil)
    #expect(Histogram([.infinity], intervals: 30) == nil)
    #expect(Histogram([.nan], intervals: 30) == nil)
    #expect(Histogram([5], intervals: 0)?.counts.reduce(0, +) == 1)
  }

  @Test func niceSteps() {
    for (minimum, step) in [(1, 1), (1.1, 2), (3, 5), (5.1, 10), (0.021, 0.05), (1234, 2000)]
      as [(Double, Double)]
    {
      #expect(abs(niceStep(atLeast: minimum) / step - 1) < 1e-12, "\(minimum)")
    }
  }

  @Test func lengths() {
    let ranges = LengthDrift.ranges([1, 0.5, 0.9, 0.8, 0.7], tokens: [2, 8, 9, 128, 129])
    #expect(ranges.map(\.tokens) == [1...8, 9...16, 65...128, 129...256])
    #expect(ranges.map(\.texts) == [2, 1, 1, 1])
    #expect(ranges.first?.cosine.mean == 0.75)
    #expect(LengthDrift.ranges([], tokens: []).isEmpty)
  }
}
