/// e^x for x <= 0, and zero below -87, where results would come near the subnormals.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r is a polynomial of degree 6 (minimax in relative error, 2e-9,
/// fitted with the constant and linear coefficients at 1); 2^n is made of exponent bits.
/// NaN stays NaN. Relative error at most 1e-7 (`exponentialAccuracy`).
@_alwaysEmitIntoClient @inline(__always)
public func exponential<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  // Adding this constant rounds to an integer and leaves n + 127 in the low bits.
  let magic = Vector(repeating: 12_582_912 + 127)
  let shifted = I.fma(x, Vector(repeating: 1.442695), magic)
  let n = shifted - magic
  // ln 2 in two parts: the nearest float and what it lacks.
  var r = I.fma(n, Vector(repeating: -0x1.62e430p-1), x)
  r = I.fma(n, Vector(repeating: 0x1.05c610p-29), r)
  var p = Vector(repeating: 0.00138436188)
  p = I.fma(p, r, Vector(repeating: 0.00837418437))
  p = I.fma(p, r, Vector(repeating: 0.0416680053))
  p = I.fma(p, r, Vector(repeating: 0.166664302))
  p = I.fma(p, r, Vector(repeating: 0.49999994))
  p = I.fma(p, r, Vector(repeating: 1))
  p = I.fma(p, r, Vector(repeating: 1))
  let power = Vector.bits(shifted.bits &<< 23)
  return (p * power).replacing(with: 0, where: x .< Vector(repeating: -87))
}

/// 2^x for x <= 0, and zero below -126. NaN stays NaN.
///
/// x = n + f with |f| <= 1/2; 2^f is a polynomial of degree 6 (minimax in relative error, 2e-9, constant 1).
@_alwaysEmitIntoClient @inline(__always)
public func exponential2<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector {
  let magic = Vector(repeating: 12_582_912 + 127)
  let shifted = x + magic
  let f = x - (shifted - magic)
  var p = Vector(repeating: 0.000153533416)
  p = I.fma(p, f, Vector(repeating: 0.00133989006))
  p = I.fma(p, f, Vector(repeating: 0.00961843785))
  p = I.fma(p, f, Vector(repeating: 0.0555033237))
  p = I.fma(p, f, Vector(repeating: 0.240226477))
  p = I.fma(p, f, Vector(repeating: 0.693147182))
  p = I.fma(p, f, Vector(repeating: 1))
  let power = Vector.bits(shifted.bits &<< 23)
  return (p * power).replacing(with: 0, where: x .< Vector(repeating: -126))
}
