/// How one vector differs from another, in double precision.
public struct VectorComparison: Sendable, Equatable {
  /// 1 where both are zero, 0 where one is.
  public var cosine: Double
  /// |v - reference| / |reference|; 0 where both are zero, infinite where only the reference is.
  public var relativeL2: Double
  public var maximumAbsolute: Double

  /// Compares the elements that both have; `offset` is subtracted from each (a mean vector, to centre them).
  public init<Values: RandomAccessCollection<Float>>(
    _ vector: Values, reference: Values, offset: [Double]? = nil
  ) {
    var product = 0.0
    var squares = 0.0
    var referenceSquares = 0.0
    var differenceSquares = 0.0
    var largest = 0.0
    var index = 0
    for (x, y) in zip(vector, reference) {
      let shift = offset?[index] ?? 0
      let a = Double(x) - shift
      let b = Double(y) - shift
      product += a * b
      squares += a * a
      referenceSquares += b * b
      differenceSquares += (a - b) * (a - b)
      largest = max(largest, abs(a - b))
      index += 1
    }
    let length = squares.squareRoot() * referenceSquares.squareRoot()
    let bothZero = squares == 0 && referenceSquares == 0
    cosine = bothZero ? 1 : length == 0 ? 0 : min(max(product / length, -1), 1)
    relativeL2 = bothZero ? 0 : (differenceSquares / referenceSquares).squareRoot()
    maximumAbsolute = largest
  }
}
