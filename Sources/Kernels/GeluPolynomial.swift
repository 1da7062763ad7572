/// erf-GELU, x Φ(x), by one polynomial for the normal distribution: the epilogue of int8 products, where a division and
/// an exponential for every element would take a fifth of the product's time.
///
///     gelu(x) = b (1/2 + u P(u²)),   b = max(x, -4), u = min(b, 4)
///
/// P, of degree 7, is the minimax fit of (Φ(u) - 1/2) / u over 0 < u <= 4, its error weighted by u². It is summed pairwise
/// (Estrin, 1960), since Horner's chain, in which each operation waits for the one before, is as long as the rest of the
/// epilogue. The absolute error is at most 4.6e-5 for |x| <= 4 and 1.7e-4 below; the relative one at most 4.2e-5 above
/// (test `geluPolynomialAccuracy`). The activations are quantized next, and half a step of theirs is tens of times
/// more. NaN stays NaN, gelu(∞) = ∞.
@_alwaysEmitIntoClient @inline(__always)
public func geluPolynomial<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  // NaN compares false and stays.
  let bounded = x.larger(Vector(repeating: -4))
  let u = bounded.smaller(Vector(repeating: 4))
  let w = u * u
  let w2 = w * w
  let p01 = I.fma(w, Vector(repeating: -0.065887846), Vector(repeating: 0.3986734))
  let p23 = I.fma(w, Vector(repeating: -0.0010064909), Vector(repeating: 0.0095054))
  let p45 = I.fma(w, Vector(repeating: -3.6571384e-06), Vector(repeating: 7.485512e-05))
  let p67 = I.fma(w, Vector(repeating: -1.301298e-09), Vector(repeating: 1.0419627e-07))
  let p = I.fma(I.fma(p67, w2, p45), w2 * w2, I.fma(p23, w2, p01))
  return bounded * I.fma(u, p, Vector(repeating: 0.5))
}
