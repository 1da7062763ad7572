#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signal-to-quantization-noise ratio of many numbers: `10 log₁₀(Σ signal² / Σ difference²)`.
public struct SignalToNoise: Sendable, Equatable {
  private var signal = 0.0
  private var noise = 0.0

  public init() {}

  public mutating func add(signal: Double, difference: Double) {
    self.signal += signal * signal
    noise += difference * difference
  }

  /// Infinite without a difference.
  public var decibels: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }
}
