/// erf-GELU: 0.5 x (1 + erf(x / √2)), in a form without cancellation: what the fp32 reference uses. Int8 products
/// take `geluPolynomial`, whose error is far below a step of the activations.
///
/// With s = -|x| and the lower tail of the normal distribution Φ(s) = erfc(-s / √2) / 2,
///
///     gelu(x) = max(x, 0) + s Φ(s)
///     s Φ(s)  = m 2^(-1 + m R(m) - s² / (2 ln 2)),   m = s / (1 - s/4)
///
/// where R, of degree 7, is the minimax fit of (log2(2 Φ(s) (1 - s/4)) + s² / (2 ln 2)) / m over m, for
/// -13.2 <= s <= 0, to the tolerance 1e-8 (1 + s²) in the exponent. The error is at most 3 ulp for x > 0 and
/// 1.5e-7 for |x| <= 4; the left tail keeps a relative error of 1e-5 down to x = -13, beyond which it is zero
/// (test `geluAccuracy`). NaN stays NaN, gelu(∞) = ∞, gelu(-∞) = 0, and zeros keep their sign.
@_alwaysEmitIntoClient @inline(__always)
public func gelu<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  let negative = Vector.bits(x.bits | SIMD16(repeating: .min))
  // Bounded, so that the infinities (and NaN) take finite values through the tail.
  let s = Vector(repeating: -13.2).larger(negative)
  let m = s / I.fma(s, Vector(repeating: -0.25), Vector(repeating: 1))
  var r = Vector(repeating: -6.68078337e-06)
  r = I.fma(r, m, Vector(repeating: -6.84897823e-05))
  r = I.fma(r, m, Vector(repeating: -0.000156867492))
  r = I.fma(r, m, Vector(repeating: 0.000446484482))
  r = I.fma(r, m, Vector(repeating: 0.000108790839))
  r = I.fma(r, m, Vector(repeating: -0.0142196184))
  r = I.fma(r, m, Vector(repeating: 0.019431876))
  r = I.fma(r, m, Vector(repeating: 0.790430546))
  let exponent = I.fma(s * s, Vector(repeating: -0.72134752), I.fma(m, r, Vector(repeating: -1)))
  // Not `larger`: here NaN has to stay.
  let ramp = x.replacing(with: 0, where: x .< Vector(repeating: 0))
  return I.fma(m, exponential2(I.self, exponent), ramp)
}

/// `FloatKernelTable.gelu`.
@_alwaysEmitIntoClient @inline(__always)
public func geluBuffer<I: InstructionSet>(_: I.Type, _ values: UnsafeMutablePointer<Float>, count: Int) {
  var i = 0
  while i < count {
    gelu(I.self, Vector(at: values + i)).store(at: values + i)
    i &+= Tile.lanes
  }
}
