import Kernels
import KoQuant

/// The most int8 multiply-adds per second that the instructions of some kernels allow.
struct ProductCeiling {
  private let peak: ProductPeak
  private let rounds: Int

  /// Nil where the kernels' products cannot be measured by themselves.
  init?(_ kernels: KernelTable) {
    guard let peak = ProductPeak.of(kernels) else { return nil }
    self.peak = peak
    rounds = 1_000_000 / peak.multiplyAdds
  }

  /// Multiply-adds per second on all threads of `pool`; 0 when the products came out wrong.
  func measure(_ pool: ThreadPool, seconds: Double) -> Double {
    let work = rounds * peak.multiplyAdds
    return pool.sustainedRate(seconds: seconds) { [peak, rounds] _, _ in
      peak.run(rounds, 1) == Int64(work) ? work : 0
    }
  }
}
