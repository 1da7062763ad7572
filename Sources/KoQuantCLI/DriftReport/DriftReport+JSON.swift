import Evaluation
import Interchange

extension DriftReport {
  private static let worstTexts = 10

  /// One object: everything but the rows of `sentences`.
  func json() -> String {
    var writer = JSONWriter(style: .indented)
    writer.object { report in
      report.member("file", file)
      report.member("reference", reference)
      report.member("texts", texts.count)
      report.member("cosine", drift.cosine)
      report.member("centred_cosine", drift.centredCosine)
      report.member("relative_l2", drift.relativeL2)
      report.member("largest_absolute", drift.largestAbsolute)
      report.member("maximum_absolute", drift.maximumAbsolute)
      report.member("ranking", drift.ranking)
      report.member("layers", layers)
      report.member("matrices", matrices)
      report.member("lengths", lengths)
      report.member("worst", drift.worst(Self.worstTexts).map { sentence($0.index) })
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  /// A line of JSON for each text.
  func sentences() -> [UInt8] {
    var lines: [UInt8] = []
    var writer = JSONWriter()
    for index in texts.indices {
      writer.removeAll()
      sentence(index).encode(to: &writer)
      lines += writer.bytes + [0x0A]
    }
    return lines
  }

  private func sentence(_ index: Int) -> Sentence {
    Sentence(index: index, text: texts[index], tokens: tokens[index], comparison: drift.texts[index])
  }

  private struct Sentence: JSONEncodable {
    let index: Int
    let text: [UInt8]
    let tokens: Int
    let comparison: VectorComparison

    func encode(to writer: inout JSONWriter) {
      writer.object { sentence in
        sentence.member("index", index)
        sentence.member("text", JSON.string(text))
        sentence.member("tokens", tokens)
        sentence.member("cosine", comparison.cosine)
        sentence.member("relative_l2", comparison.relativeL2)
        sentence.member("largest_absolute", comparison.maximumAbsolute)
      }
    }
  }
}

extension Distribution: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("mean", mean)
      object.member("median", median)
      object.member("p1", p1)
      object.member("p99", p99)
      object.member("min", minimum)
      object.member("max", maximum)
    }
  }
}

extension RankAgreement: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("texts", texts)
      object.member("same_nearest", top1)
      object.member("shared_nearest", topNeighbours)
      object.member("neighbours", neighbours)
      object.member("spearman", spearman)
    }
  }
}

extension LayerDrift: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("layer", layers)
      object.member("mean_cosine", meanCosine)
      object.member("min_cosine", minimumCosine)
      object.member("signal_to_noise_db", signalToNoise)
    }
  }
}

extension MatrixDrift: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("name", "layers.\(layer).\(matrix.name)")
      object.member("layer", layer + 1)
      object.member("matrix", matrix.name)
      object.member("tokens", tokens)
      object.member("signal_to_noise_db", signalToNoise)
    }
  }
}

extension LengthDrift: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("tokens", [tokens.lowerBound, tokens.upperBound])
      object.member("texts", texts)
      object.member("cosine", cosine)
    }
  }
}
