/// erf-GELU, x Φ(x), by one polynomial for the normal distribution: the epilogue of int8 products, where a division and
/// an exponential for every element would take a fifth of the product's time.
///
///     gelu(x) = b (1/2 + u P(u²/8 - 1)),   b = max(x, -4), u = min(b, 4)
///
/// P, of degree 7, is the minimax fit of (Φ(u) - 1/2) / u over 0 < u <= 4, its error weighted by u²; the centred argument
/// keeps Horner's sums small. The absolute error is at most 3.9e-5 for |x| <= 4 and 1.7e-4 below; the relative one at
/// most 4.2e-5 above (test `geluPolynomialAccuracy`). The activations are quantized next, and half a step of theirs is
/// tens of times more. NaN stays NaN, gelu(∞) = ∞.
@_alwaysEmitIntoClient @inline(__always)
public func geluPolynomial<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  // NaN compares false and stays.
  let bounded = x.larger(Vector(repeating: -4))
  let u = bounded.smaller(Vector(repeating: 4))
  let v = I.fma(u * u, Vector(repeating: 0.125), Vector(repeating: -1))
  var p = Vector(repeating: -0.0027290196)
  p = I.fma(p, v, Vector(repeating: 0.008211289))
  p = I.fma(p, v, Vector(repeating: -0.013259972))
  p = I.fma(p, v, Vector(repeating: 0.021621702))
  p = I.fma(p, v, Vector(repeating: -0.03649538))
  p = I.fma(p, v, Vector(repeating: 0.05605081))
  p = I.fma(p, v, Vector(repeating: -0.08435747))
  p = I.fma(p, v, Vector(repeating: 0.17594776))
  return bounded * I.fma(u, p, Vector(repeating: 0.5))
}
