/// erf-GELU, x Φ(x), by one polynomial for the normal distribution: the epilogue of int8 products, where a division and
/// an exponential for every element would take a fifth of the product's time.
///
///     gelu(x) = max(x, -5) (1/2 + u P(u² 2/25 - 1)),   u = max(x, -5), at most 5
///
/// P, of degree 11, is the minimax fit of (Φ(u) - 1/2) / u over 0 < u <= 5, its error weighted by |u|; the centred
/// argument keeps Horner's sums small. The absolute error is at most 2.2e-6 for |x| <= 4 and 5e-6 below -4; the
/// relative one at most 1.5e-6 above 4 (test `geluPolynomialAccuracy`). NaN stays NaN, gelu(∞) = ∞.
@_alwaysEmitIntoClient @inline(__always)
public func geluPolynomial<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  // NaN compares false and stays.
  let bounded = x.larger(Vector(repeating: -5))
  let u = bounded.smaller(Vector(repeating: 5))
  let v = I.fma(u * u, Vector(repeating: 0.08), Vector(repeating: -1))
  var p = Vector(repeating: -0.0010963732)
  p = I.fma(p, v, Vector(repeating: 0.0031944718))
  p = I.fma(p, v, Vector(repeating: -0.0038868333))
  p = I.fma(p, v, Vector(repeating: 0.005113239))
  p = I.fma(p, v, Vector(repeating: -0.010165484))
  p = I.fma(p, v, Vector(repeating: 0.016910156))
  p = I.fma(p, v, Vector(repeating: -0.023624944))
  p = I.fma(p, v, Vector(repeating: 0.03135672))
  p = I.fma(p, v, Vector(repeating: -0.040391985))
  p = I.fma(p, v, Vector(repeating: 0.0515254))
  p = I.fma(p, v, Vector(repeating: -0.07029823))
  p = I.fma(p, v, Vector(repeating: 0.14136375))
  return bounded * I.fma(u, p, Vector(repeating: 0.5))
}
