/// SplitMix64: the same numbers on every run and machine.
struct Random: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Roughly Gaussian, deviation about 1, with an outlier of up to 30 in every hundred.
  mutating func activation() -> Float {
    let sum = (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &self) }
    return next() % 100 == 0 ? sum * 10 : sum
  }

  /// Any bit pattern: every exponent alike, subnormals, infinities and NaN among them.
  mutating func anyFloat() -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: next())) }

  /// Any finite bit pattern.
  mutating func finiteFloat() -> Float {
    let x = anyFloat()
    return x.isFinite ? x : finiteFloat()
  }
}
