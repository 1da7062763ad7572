import Benchmark
import DeviceBenchmark
import Kernels

extension BenchmarkMetric {
  /// How many int8 products the kernels' instructions could have done meanwhile: a time that means about the same
  /// on slow and fast machines with the same instructions, so that thresholds can be checked in.
  public static var products: BenchmarkMetric {
    .custom("Int8 products", polarity: .prefersSmaller, useScalingFactor: false)
  }
}

extension Benchmark.Configuration {
  /// Some passes for at most `milliseconds`, of which half the speed that was checked in is a defect and anything
  /// less may be the machine.
  public static func relative(milliseconds: Int) -> Self {
    .init(
      metrics: [.wallClock, .products], warmupIterations: 3, scalingFactor: .one,
      maxDuration: .milliseconds(milliseconds), maxIterations: 500,
      thresholds: [.products: .init(relative: [.p90: 100]), .wallClock: .init()])
  }
}

/// Measures times by the product loop of the kernels.
public struct RelativeTime: Sendable {
  private let peak: ProductPeak
  private static let rounds = 2000

  public init?(_ kernels: KernelTable) {
    guard let peak = ProductPeak.of(kernels) else { return nil }
    self.peak = peak
  }

  /// Calls `body` some times and takes the fastest, since others use the machine too.
  public func measure(_ benchmark: Benchmark, _ body: () -> Void) {
    let before = time { blackHole(peak.run(Self.rounds, 1)) }
    benchmark.startMeasurement()
    var best = time(body)
    benchmark.stopMeasurement()
    for _ in 1..<5 { best = min(best, time(body)) }
    let after = time { blackHole(peak.run(Self.rounds, 1)) }
    let perSecond = Double(Self.rounds * peak.multiplyAdds) / min(before, after)
    benchmark.measurement(.products, Int((best * perSecond).rounded()))
  }

  /// Seconds.
  private func time(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body).components
    return Double(duration.seconds) + Double(duration.attoseconds) / 1e18
  }
}
