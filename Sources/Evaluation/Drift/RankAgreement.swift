import Interchange

/// Whether a search over int8 vectors finds what it finds over fp32 vectors. Similarity is the cosine.
public struct RankAgreement: Sendable, Equatable {
  /// Texts that take part at most, taken evenly from all: the cost grows with the square.
  public static let maximumTexts = 2000

  /// Texts that took part.
  public var texts: Int
  /// Spearman's rho of the similarities of all pairs; nil where they are all equal.
  public var spearman: Double?
  /// Share of texts whose nearest other text is the same.
  public var top1: Double
  /// Mean share of a text's `neighbours` nearest that are the same.
  public var topNeighbours: Double
  /// 10, or all other texts where there are fewer.
  public var neighbours: Int

  /// Returns nil for fewer than three texts: with two there is nothing to rank. Both must have the same shape.
  public init?(_ vectors: FloatMatrix, reference: FloatMatrix) {
    guard vectors.rows >= 3, vectors.rows == reference.rows, vectors.columns == reference.columns else {
      return nil
    }
    let count = min(vectors.rows, Self.maximumTexts)
    let sample = (0..<count).map { $0 * vectors.rows / count }
    let similarities = Similarities(vectors, sample)
    let expected = Similarities(reference, sample)
    texts = count
    spearman = Correlation.spearman(similarities.pairs(), expected.pairs())
    neighbours = min(10, count - 1)
    var same = 0
    var shared = 0
    for text in 0..<count {
      let found = similarities.nearest(to: text, neighbours)
      let wanted = expected.nearest(to: text, neighbours)
      if found.first == wanted.first { same += 1 }
      shared += Set(found).intersection(wanted).count
    }
    top1 = Double(same) / Double(count)
    topNeighbours = Double(shared) / Double(count * neighbours)
  }
}

/// The cosines between all of some vectors.
private struct Similarities {
  let count: Int
  /// count x count.
  private var values: [Float]

  /// Sums in double precision; kept as floats, which is finer than any vector of floats deserves.
  init(_ matrix: FloatMatrix, _ rows: [Int]) {
    count = rows.count
    let columns = matrix.columns
    var unit: [Double] = []
    unit.reserveCapacity(rows.count * columns)
    for row in rows {
      let length = matrix[row].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      unit += matrix[row].map { length > 0 ? Double($0) / length : 0 }
    }
    var values = [Float](repeating: 0, count: count * count)
    unit.withUnsafeBufferPointer { unit in
      for a in 0..<rows.count {
        for b in 0..<a {
          let similarity = Float(Self.dot(unit, a * columns, b * columns, columns))
          values[a * rows.count + b] = similarity
          values[b * rows.count + a] = similarity
        }
      }
    }
    self.values = values
  }

  /// The dot product of two stretches of `values`, eight sums at a time: one would wait for itself.
  private static func dot(_ values: UnsafeBufferPointer<Double>, _ a: Int, _ b: Int, _ count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var index = 0
    while index + 8 <= count {
      for lane in 0..<8 { sums[lane] += values[a + index + lane] * values[b + index + lane] }
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      sum += values[a + index] * values[b + index]
      index += 1
    }
    return sum
  }

  /// Each pair once.
  func pairs() -> [Double] {
    (0..<count).flatMap { a in (0..<a).map { Double(values[a * count + $0]) } }
  }

  /// The nearest other texts, the nearest first; of equally near ones the earlier.
  func nearest(to text: Int, _ wanted: Int) -> [Int] {
    var best: [Int] = []
    for other in 0..<count where other != text {
      let similarity = values[text * count + other]
      if best.count == wanted, let last = best.last, similarity <= values[text * count + last] { continue }
      let place = best.firstIndex { values[text * count + $0] < similarity } ?? best.count
      best.insert(other, at: place)
      if best.count > wanted { best.removeLast() }
    }
    return best
  }
}
