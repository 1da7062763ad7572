import Conversion
import Interchange

/// What a conversion chose for each matrix: a table for people, JSON for programs.
struct RecipeReport {
  let report: ConversionReport

  /// One line a matrix, after a line of titles.
  var table: String {
    let width = report.matrices.map(\.name.count).max() ?? 0
    let title =
      "matrix".left(width) + "      size" + "  balance" + "  group" + "  rounding" + "    plain"
      + "  signal to noise"
    let rows = report.matrices.map { matrix in
      matrix.name.left(width) + "\(matrix.outputs)x\(matrix.inputs)".right(10)
        + Double(matrix.balanceExponent).decimals(1).right(9)
        + (matrix.groupSize.map(String.init) ?? "token").right(7)
        + (matrix.usesErrorFeedback ? "feedback" : "nearest").right(10)
        + "\(matrix.plainSignalToNoise.decimals(1)) dB".right(9)
        + "\(matrix.signalToNoise.decimals(1)) dB".right(17)
    }
    return ([title] + rows).joined(separator: "\n")
  }

  var json: [UInt8] {
    var writer = JSONWriter(style: .indented)
    writer.object {
      $0.member("recipe", report.recipe.rawValue)
      $0.object("calibration") {
        $0.member("source", report.calibration.source)
        $0.member("sentences", report.calibration.count)
        $0.member("sha256", report.calibration.sha256)
      }
      $0.member("word_embeddings_relative_error", report.wordError)
      $0.key("matrices")
      $0.beginArray()
      for matrix in report.matrices { $0.object { matrix.write(to: &$0) } }
      $0.endArray()
      $0.object("probes") {
        $0.member("count", report.probes)
        $0.member("mean_cosine", report.drift.cosine.mean)
        $0.member("minimum_cosine", report.drift.cosine.minimum)
      }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}

extension ConversionReport.Matrix {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("name", name)
    writer.member("outputs", outputs)
    writer.member("inputs", inputs)
    writer.member("balance_exponent", Double(balanceExponent))
    writer.key("activation_group")
    if let groupSize { writer.value(groupSize) } else { writer.null() }
    writer.member("rounding", usesErrorFeedback ? "feedback" : "nearest")
    writer.member("plain_signal_to_noise_db", plainSignalToNoise)
    writer.member("signal_to_noise_db", signalToNoise)
  }
}
