import Evaluation

extension DriftReport {
  private static let worstTexts = 5

  /// For a terminal, at most 100 columns but for the texts.
  func table() -> String {
    let parts = [summary(), vectors(), ranking(), layerTable(), lengthTable(), worstTable()]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func summary() -> String {
    "\(texts.count) text\(texts.count == 1 ? "" : "s"), int8 against \(reference)\n"
  }

  private func vectors() -> String {
    var text = "                     mean      median          p1         min\n"
    text += row("cosine", [drift.cosine.mean, drift.cosine.median, drift.cosine.p1, drift.cosine.minimum])
    if let centred = drift.centredCosine {
      text += row("cosine, centred", [centred.mean, centred.median, centred.p1, centred.minimum])
    }
    let error = drift.relativeL2
    let largest = drift.largestAbsolute
    text += "                     mean      median         p99         max\n"
    text += row("relative L2", [error.mean, error.median, error.p99, error.maximum])
    text += row("largest absolute", [largest.mean, largest.median, largest.p99, largest.maximum])
    return text
  }

  private func row(_ name: String, _ numbers: [Double]) -> String {
    name.left(16) + numbers.map { $0.decimals(6).right(9) }.joined(separator: "   ") + "\n"
  }

  private func ranking() -> String {
    guard let ranking = drift.ranking else { return "" }
    var text = "search among \(ranking.texts) texts: same nearest \((100 * ranking.top1).decimals(1)) %, "
    text += "\(ranking.neighbours) nearest shared \((100 * ranking.topNeighbours).decimals(1)) %"
    if let spearman = ranking.spearman { text += ", Spearman of similarities \(spearman.decimals(5))" }
    return text + "\n"
  }

  private func layerTable() -> String {
    if layers.isEmpty { return "" }
    var text =
      "                                      signal to noise in dB: all so far, and each matrix by itself\n"
    text += "after         mean cosine   min cosine   so far      qkv  attention   intermediate   output\n"
    for layer in layers {
      let name = layer.layers == 0 ? "embeddings" : "layer \(layer.layers)"
      text +=
        "\(name.left(12))  \(layer.meanCosine.decimals(6).right(11))  \(layer.minimumCosine.decimals(6).right(11))"
      text += layer.signalToNoise.decimals(1).right(9)
      let products = matrices(of: layer.layers - 1).map { $0.signalToNoise.decimals(1) }
      text += zip(products, [9, 11, 15, 9]).map { $0.right($1) }.joined() + "\n"
    }
    return text
  }

  private func lengthTable() -> String {
    var text = "tokens         texts   mean cosine   min cosine\n"
    for length in lengths {
      let range = "\(length.tokens.lowerBound) – \(length.tokens.upperBound)"
      text +=
        "\(range.left(12)) \(String(length.texts).right(7))   \(length.cosine.mean.decimals(6).right(11))  "
      text += "\(length.cosine.minimum.decimals(6).right(11))\n"
    }
    return text
  }

  private func worstTable() -> String {
    var text = "cosine     worst texts\n"
    for worst in drift.worst(Self.worstTexts) {
      text += "\(worst.comparison.cosine.decimals(6))   \(excerpt(worst.index))\n"
    }
    return text
  }
}
