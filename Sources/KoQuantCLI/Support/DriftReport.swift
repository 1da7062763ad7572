import Checkpoint
import Evaluation
import Interchange
import KoQuant

/// The drift of a model, for people and for programs.
struct DriftReport {
  let drift: Drift
  /// Per layer, the embeddings first; empty when only vectors were compared.
  let layers: [LayerDrift]
  /// UTF-8.
  let texts: [[UInt8]]

  private static let worstTexts = 3

  func table() -> String {
    let count = drift.texts.count
    var text = "\(count) text\(count == 1 ? "" : "s"), int8 against fp32\n\n"
    text += "                     mean      median          p1         min\n"
    text += row("cosine", drift.cosine)
    if let centred = drift.centredCosine { text += row("cosine, centred", centred) }
    let error = drift.relativeL2
    text += "                     mean      median         p99         max\n"
    text += "relative L2     "
    text += Self.columns([error.mean, error.median, error.p99, error.maximum])
    text += "\nlargest absolute difference  \(drift.maximumAbsolute.decimals(6))\n"
    if let ranking = drift.ranking {
      text += "\nsearch among \(ranking.texts) texts: same nearest \((100 * ranking.top1).decimals(1)) %, "
      text += "\(ranking.neighbours) nearest shared \((100 * ranking.topNeighbours).decimals(1)) %"
      if let spearman = ranking.spearman { text += ", Spearman of similarities \(spearman.decimals(5))" }
      text += "\n"
    }
    if !layers.isEmpty {
      text += "\nlayer        mean cosine   min cosine   signal to noise\n"
      for layer in layers {
        let name = layer.layers == 0 ? "embeddings" : "\(layer.layers)"
        text += "\(name.left(12)) \(layer.meanCosine.decimals(6).right(10))   "
        text +=
          "\(layer.minimumCosine.decimals(6).right(10))   \(layer.signalToNoise.decimals(1).right(9)) dB\n"
      }
    }
    text += "\nworst texts\n"
    for worst in drift.worst(Self.worstTexts) {
      text +=
        "\(worst.comparison.cosine.decimals(6))  \(String(decoding: texts[worst.index].prefix(200), as: UTF8.self))\n"
    }
    return text
  }

  private func row(_ name: String, _ values: Distribution) -> String {
    name.left(16) + Self.columns([values.mean, values.median, values.p1, values.minimum]) + "\n"
  }

  private static func columns(_ numbers: [Double]) -> String {
    numbers.map { $0.decimals(6).right(9) }.joined(separator: "   ")
  }

  func json(file: String) -> String {
    var writer = JSONWriter(style: .indented)
    writer.beginObject()
    writer.key("file")
    writer.value(file)
    writer.key("texts")
    writer.value(drift.texts.count)
    write("cosine", drift.cosine, to: &writer)
    if let centred = drift.centredCosine { write("centred_cosine", centred, to: &writer) }
    write("relative_l2", drift.relativeL2, to: &writer)
    writer.key("maximum_absolute")
    writer.value(drift.maximumAbsolute)
    if let ranking = drift.ranking { write(ranking, to: &writer) }
    writer.key("layers")
    writer.beginArray()
    for layer in layers { write(layer, to: &writer) }
    writer.endArray()
    writer.key("worst")
    writer.beginArray()
    for worst in drift.worst(Self.worstTexts) {
      writer.beginObject()
      writer.key("index")
      writer.value(worst.index)
      writer.key("text")
      writer.value(utf8: texts[worst.index])
      writer.key("cosine")
      writer.value(worst.comparison.cosine)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private func write(_ name: String, _ values: Distribution, to writer: inout JSONWriter) {
    writer.key(name)
    writer.beginObject()
    let fields = [
      ("mean", values.mean), ("median", values.median), ("p1", values.p1), ("p99", values.p99),
      ("min", values.minimum), ("max", values.maximum),
    ]
    for (key, value) in fields {
      writer.key(key)
      writer.value(value)
    }
    writer.endObject()
  }

  private func write(_ ranking: RankAgreement, to writer: inout JSONWriter) {
    writer.key("ranking")
    writer.beginObject()
    writer.key("texts")
    writer.value(ranking.texts)
    writer.key("same_nearest")
    writer.value(ranking.top1)
    writer.key("shared_nearest")
    writer.value(ranking.topNeighbours)
    writer.key("neighbours")
    writer.value(ranking.neighbours)
    writer.key("spearman")
    writer.value(ranking.spearman ?? .nan)
    writer.endObject()
  }

  private func write(_ layer: LayerDrift, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("layer")
    writer.value(layer.layers)
    writer.key("mean_cosine")
    writer.value(layer.meanCosine)
    writer.key("min_cosine")
    writer.value(layer.minimumCosine)
    writer.key("signal_to_noise_db")
    writer.value(layer.signalToNoise)
    writer.endObject()
  }
}
