#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signal-to-quantization-noise ratio of many numbers: `10 log₁₀(Σ signal² / Σ difference²)`.
public struct SignalToNoise: Sendable, Equatable {
  private var signal: Double
  private var noise: Double

  /// - Parameters:
  ///   - signal: sum of squares so far.
  ///   - noise: sum of the squared differences so far.
  public init(signal: Double = 0, noise: Double = 0) {
    self.signal = signal
    self.noise = noise
  }

  public mutating func add(signal: Double, difference: Double) {
    self.signal += signal * signal
    noise += difference * difference
  }

  /// Infinite without a difference.
  public var decibels: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }
}
