import Kernels

/// The numerics contract, one scalar at a time: what every table must compute, bit by bit.
enum Model {
  static func fma(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

  /// 16 lanes, lane i taking the elements i, i + 16, …, then the fixed tree.
  static func reduce(_ values: [Float], _ start: Float, _ combine: (Float, Float) -> Float) -> Float {
    var lanes = [Float](repeating: start, count: 16)
    for (i, value) in values.enumerated() { lanes[i % 16] = combine(lanes[i % 16], value) }
    for half in [8, 4, 2, 1] {
      for i in 0..<half { lanes[i] = combine(lanes[i], lanes[i + half]) }
    }
    return lanes[0]
  }

  /// The last argument first where it is larger; unordered keeps the first.
  static func larger(_ a: Float, _ b: Float) -> Float { a < b ? b : a }
  static func smaller(_ a: Float, _ b: Float) -> Float { b < a ? b : a }

  static func exponential(_ x: Float) -> Float {
    if x < -87 { return 0 }
    let shifted = fma(x, 1.442695, 12_583_039)
    let n = shifted - 12_583_039
    let r = fma(n, 1.904654323148236e-09, fma(n, -0.69314718246, x))
    let p = horner(
      r, [0.00138436188, 0.00837418437, 0.0416680053, 0.166664302, 0.49999994, 1, 1])
    return p * Float(bitPattern: shifted.bitPattern << 23)
  }

  static func exponential2(_ x: Float) -> Float {
    if x < -126 { return 0 }
    let shifted = x + 12_583_039
    let f = x - (shifted - 12_583_039)
    let p = horner(
      f, [0.000153533416, 0.00133989006, 0.00961843785, 0.0555033237, 0.240226477, 0.693147182, 1])
    return p * Float(bitPattern: shifted.bitPattern << 23)
  }

  /// GELU as the epilogue of int8 products computes it.
  static func geluPolynomial(_ x: Float) -> Float {
    let bounded: Float = x < -4 ? -4 : x
    let u: Float = bounded > 4 ? 4 : bounded
    let w = u * u
    let w2 = w * w
    let low = fma(fma(w, -0.0010064909, 0.0095054), w2, fma(w, -0.065887846, 0.3986734))
    let high = fma(fma(w, -1.301298e-09, 1.0419627e-07), w2, fma(w, -3.6571384e-06, 7.485512e-05))
    let p = fma(high, w2 * w2, low)
    return bounded * fma(u, p, 0.5)
  }

  static func gelu(_ x: Float) -> Float {
    let s = abs(x) < 13.2 ? -abs(x) : -13.2
    let m = s / fma(s, -0.25, 1)
    let r = horner(
      m,
      [
        -6.68078337e-06, -6.84897823e-05, -0.000156867492, 0.000446484482, 0.000108790839, -0.0142196184,
        0.019431876, 0.790430546,
      ])
    let exponent = fma(s * s, -0.72134752, fma(m, r, -1))
    return fma(m, exponential2(exponent), x < 0 ? 0 : x)
  }

  static func horner(_ x: Float, _ coefficients: [Float]) -> Float {
    coefficients.dropFirst().reduce(coefficients[0]) { fma($0, x, $1) }
  }
}
