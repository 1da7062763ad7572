/// erf-GELU, x Φ(x), by one polynomial for the normal distribution: the epilogue of int8 products, where a division and
/// an exponential for every element would take a fifth of the product's time.
///
///     gelu(x) = b (1/2 + u P(u² 2/4.5² - 1)),   b = max(x, -4.5), u = min(b, 4.5)
///
/// P, of degree 9, is the minimax fit of (Φ(u) - 1/2) / u over 0 < u <= 4.5, its error weighted by u²; the centred
/// argument keeps Horner's sums small. The absolute error is at most 7.5e-6 for |x| <= 4.5 and 2.3e-5 below; the
/// relative one at most 5.1e-6 above (test `geluPolynomialAccuracy`): hundreds of times less than half a step of the
/// activations that it is quantized to. NaN stays NaN, gelu(∞) = ∞.
@_alwaysEmitIntoClient @inline(__always)
public func geluPolynomial<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  // NaN compares false and stays.
  let bounded = x.larger(Vector(repeating: -4.5))
  let u = bounded.smaller(Vector(repeating: 4.5))
  let v = I.fma(u * u, Vector(repeating: 0.09876543), Vector(repeating: -1))
  var p = Vector(repeating: -0.0015651511)
  p = I.fma(p, v, Vector(repeating: 0.0046550017))
  p = I.fma(p, v, Vector(repeating: -0.006683707))
  p = I.fma(p, v, Vector(repeating: 0.010140819))
  p = I.fma(p, v, Vector(repeating: -0.01815865))
  p = I.fma(p, v, Vector(repeating: 0.028623842))
  p = I.fma(p, v, Vector(repeating: -0.04029597))
  p = I.fma(p, v, Vector(repeating: 0.05467187))
  p = I.fma(p, v, Vector(repeating: -0.07718334))
  p = I.fma(p, v, Vector(repeating: 0.1569053))
  return bounded * I.fma(u, p, Vector(repeating: 0.5))
}
