import Evaluation
import Interchange

/// The figures of `koquant evaluate`, for people and for programs.
struct SimilarityReport {
  let file: String
  let sts: String
  let layout: ScoredPairReader.Layout
  let scores: [Double]
  let int8: PairSimilarities
  let fp32: PairSimilarities?
  let bootstrap: Bootstrap
  /// Of the difference int8 - fp32.
  let intervals: [SimilarityFigure: ClosedRange<Double>]

  /// Times 100, as model cards have it.
  private func percent(_ similarities: PairSimilarities?, _ figure: SimilarityFigure) -> Double? {
    similarities?.correlation(figure, scores: scores).map { 100 * $0 }
  }

  private func difference(_ figure: SimilarityFigure) -> Double? {
    guard let int8 = percent(int8, figure), let fp32 = percent(fp32, figure) else { return nil }
    return int8 - fp32
  }

  func table() -> String {
    var text = "\(sts): \(scores.count) pairs, correlation with their scores, x 100\n\n"
    text += "                          int8"
    text += fp32 == nil ? "\n" : "       fp32   difference   95 % interval\n"
    for figure in SimilarityFigure.all {
      text += "\(figure.measure.title.left(11)) \(figure.coefficient.title.left(8)) "
      text += number(percent(int8, figure)).right(9)
      if fp32 != nil {
        text += "  \(number(percent(fp32, figure)).right(9))   "
        text += (difference(figure).map { $0.signedDecimals(3) } ?? "-").right(10)
        text += "   " + (intervals[figure].map(interval) ?? "-")
      }
      text += "\n"
    }
    if fp32 != nil {
      text += "\nintervals of the difference from \(bootstrap.resamples) bootstrap draws of the pairs\n"
    }
    return text
  }

  private func number(_ value: Double?) -> String { value.map { $0.decimals(3) } ?? "-" }

  private func interval(_ range: ClosedRange<Double>) -> String {
    "\((100 * range.lowerBound).signedDecimals(3)) … \((100 * range.upperBound).signedDecimals(3))"
  }

  func json() -> String {
    var writer = JSONWriter(style: .indented)
    writer.object { report in
      report.member("file", file)
      report.member("sts", sts)
      report.member("layout", layout.rawValue)
      report.member("pairs", scores.count)
      report.members("int8") { percent(int8, $0) }
      if let fp32 {
        report.members("fp32") { percent(fp32, $0) }
        report.members("difference", difference)
        report.members("difference_interval") { figure in
          intervals[figure].map { [100 * $0.lowerBound, 100 * $0.upperBound] }
        }
        report.object("bootstrap") { object in
          object.member("resamples", bootstrap.resamples)
          object.member("seed", bootstrap.seed)
          object.member("confidence", bootstrap.confidence)
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}

extension JSONWriter {
  /// An object with a member for each of the eight figures.
  fileprivate mutating func members(_ key: String, _ value: (SimilarityFigure) -> (some JSONEncodable)?) {
    object(key) { object in
      for figure in SimilarityFigure.all { object.member(figure.key, value(figure)) }
    }
  }
}

extension SimilarityFigure.Measure {
  fileprivate var title: String {
    switch self {
    case .cosine: "cosine"
    case .euclidean: "Euclidean"
    case .manhattan: "Manhattan"
    case .dot: "dot product"
    }
  }
}

extension SimilarityFigure.Coefficient {
  fileprivate var title: String {
    switch self {
    case .pearson: "Pearson"
    case .spearman: "Spearman"
    }
  }
}
