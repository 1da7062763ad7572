import Interchange

/// One of the eight figures that model cards report: how a similarity of vectors correlates with people's scores.
public struct SimilarityFigure: Sendable, Hashable {
  public enum Measure: String, Sendable, CaseIterable {
    case cosine
    /// Minus the distance, so that more is more similar.
    case euclidean
    /// Minus the sum of absolute differences.
    case manhattan
    case dot
  }

  public enum Coefficient: String, Sendable, CaseIterable {
    case pearson, spearman
  }

  public var measure: Measure
  public var coefficient: Coefficient

  /// In the order of model cards.
  public static let all = Measure.allCases.flatMap { measure in
    Coefficient.allCases.map { SimilarityFigure(measure: measure, coefficient: $0) }
  }

  /// As sentence-transformers names it: "pearson_cosine".
  public var key: String { "\(coefficient)_\(measure)" }
}

/// The similarities of pairs of vectors by every measure, in double precision.
public struct PairSimilarities: Sendable, Equatable {
  private var values: [SimilarityFigure.Measure: [Double]] = [:]

  /// Pair i is the rows 2i and 2i + 1; a last row without a partner counts for nothing. O(values).
  public init(_ vectors: FloatMatrix) {
    for measure in SimilarityFigure.Measure.allCases {
      values[measure] = (0..<vectors.rows / 2).map { pair in
        measure.similarity(vectors[2 * pair], vectors[2 * pair + 1])
      }
    }
  }

  public subscript(measure: SimilarityFigure.Measure) -> [Double] { values[measure] ?? [] }

  /// The figure in [-1, 1]; nil where the similarities are all the same or the scores are.
  public func correlation(_ figure: SimilarityFigure, scores: [Double]) -> Double? {
    switch figure.coefficient {
    case .pearson: Correlation.pearson(self[figure.measure], scores)
    case .spearman: Correlation.spearman(self[figure.measure], scores)
    }
  }
}

extension SimilarityFigure.Measure {
  /// The similarity of two vectors of the same size; the cosine of a vector of zeros is 0.
  func similarity(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
    func sum(_ term: (Double, Double) -> Double) -> Double {
      zip(a, b).reduce(0) { $0 + term(Double($1.0), Double($1.1)) }
    }
    switch self {
    case .euclidean: return -sum { ($0 - $1) * ($0 - $1) }.squareRoot()
    case .manhattan: return -sum { abs($0 - $1) }
    case .dot: return sum { $0 * $1 }
    case .cosine:
      let length = sum { x, _ in x * x }.squareRoot() * sum { _, y in y * y }.squareRoot()
      return length > 0 ? sum { $0 * $1 } / length : 0
    }
  }
}
