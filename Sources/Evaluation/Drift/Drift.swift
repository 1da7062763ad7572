import Interchange

/// How far vectors are from the fp32 vectors of the same texts.
public struct Drift: Sendable, Equatable {
  /// A text whose index and difference are listed.
  public struct Text: Sendable, Equatable {
    public var index: Int
    public var comparison: VectorComparison
  }

  /// One per text.
  public var texts: [VectorComparison]
  public var cosine: Distribution
  /// Cosine after the reference's mean vector is taken from both sides: encoders whose vectors share a direction
  /// flatter the plain cosine. Nil where nothing but rounding is left then: for a single text and for texts whose
  /// reference vectors are all the same.
  public var centredCosine: Distribution?
  public var relativeL2: Distribution
  /// Of the largest absolute difference in each text.
  public var largestAbsolute: Distribution
  /// The largest of all absolute differences.
  public var maximumAbsolute: Double { largestAbsolute.maximum }
  /// Nil for fewer than three texts.
  public var ranking: RankAgreement?

  /// Compares row by row. O(texts x dimensions), and O(n² x dimensions) for the ranking of at most
  /// `RankAgreement.maximumTexts` texts.
  public init(_ vectors: FloatMatrix, reference: FloatMatrix) throws(DriftError) {
    guard vectors.rows == reference.rows, vectors.columns == reference.columns else {
      throw .differentShapes(
        rows: vectors.rows, columns: vectors.columns, referenceRows: reference.rows,
        referenceColumns: reference.columns)
    }
    try Self.requireFinite(vectors) { .notFinite(row: $0) }
    try Self.requireFinite(reference) { .referenceNotFinite(row: $0) }
    let rows = 0..<vectors.rows
    texts = rows.map { VectorComparison(vectors[$0], reference: reference[$0]) }
    guard let cosine = Distribution(texts.map(\.cosine)),
      let relativeL2 = Distribution(texts.map(\.relativeL2)),
      let largestAbsolute = Distribution(texts.map(\.maximumAbsolute))
    else { throw .noTexts }
    self.cosine = cosine
    self.relativeL2 = relativeL2
    self.largestAbsolute = largestAbsolute
    centredCosine = reference.hasSpread ? Self.centredCosine(vectors, reference) : nil
    ranking = RankAgreement(vectors, reference: reference)
  }

  /// The texts with the lowest cosine, the worst first.
  public func worst(_ count: Int) -> [Text] {
    texts.indices.sorted { (texts[$0].cosine, $0) < (texts[$1].cosine, $1) }.prefix(max(count, 0))
      .map { Text(index: $0, comparison: texts[$0]) }
  }

  private static func centredCosine(_ vectors: FloatMatrix, _ reference: FloatMatrix) -> Distribution? {
    let centre = reference.meanRow()
    return Distribution(
      (0..<vectors.rows).map { row in
        VectorComparison(vectors[row], reference: reference[row], offset: centre).cosine
      })
  }

  private static func requireFinite(
    _ matrix: FloatMatrix, _ error: (Int) -> DriftError
  ) throws(DriftError) {
    if let row = matrix.firstRowNotFinite { throw error(row) }
  }
}

/// Why vectors cannot be compared. Rows count from 0.
public enum DriftError: Error, Sendable, Equatable {
  case noTexts
  case differentShapes(rows: Int, columns: Int, referenceRows: Int, referenceColumns: Int)
  /// A vector has a NaN or an infinity.
  case notFinite(row: Int)
  case referenceNotFinite(row: Int)
}

extension DriftError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTexts: "there are no texts to compare"
    case .differentShapes(let rows, let columns, let referenceRows, let referenceColumns):
      "\(rows) vectors of \(columns) numbers cannot be compared with \(referenceRows) of \(referenceColumns)"
    case .notFinite(let row): "vector \(row) has a NaN or an infinity"
    case .referenceNotFinite(let row): "reference vector \(row) has a NaN or an infinity"
    }
  }
}

extension FloatMatrix {
  /// Whether any row differs from the first by more than rounding.
  fileprivate var hasSpread: Bool {
    (1..<max(rows, 1)).contains { VectorComparison(self[$0], reference: self[0]).relativeL2 > 1e-6 }
  }

  /// The mean of all rows.
  func meanRow() -> [Double] {
    var mean = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for (column, value) in self[row].enumerated() { mean[column] += Double(value) }
    }
    return mean.map { $0 / Double(rows) }
  }
}
