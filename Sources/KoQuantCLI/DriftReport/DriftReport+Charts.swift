import Evaluation
import Reference

extension DriftReport {
  /// How many texts lost how much.
  func histogramChart() -> HTML? {
    guard let histogram = Histogram(drift.texts.map { 1 - $0.cosine }, intervals: 30) else { return nil }
    let most = Double(histogram.counts.max() ?? 0)
    let end = Double(histogram.counts.count) * histogram.step
    var chart = Chart(x: 0...end, y: 0...most * 1.05)
    chart.grid { $0 == $0.rounded() ? $0.decimals(0) : "" }
    for (index, count) in histogram.counts.enumerated() {
      let (low, high) = (Double(index) * histogram.step, Double(index + 1) * histogram.step)
      chart.bar(low...high, to: Double(count), "\(count) texts: \(scientific(low)) – \(scientific(high))")
    }
    let labelStep = niceStep(atLeast: end / 4)
    for index in 0...4 where Double(index) * labelStep <= end {
      chart.label(x: Double(index) * labelStep, scientific(Double(index) * labelStep))
    }
    return chart.svg(
      x: "1 − cosine", y: "texts", description: "Histogram of 1 minus cosine over \(texts.count) texts")
  }

  /// The signal-to-noise ratio of the hidden states, layer by layer.
  func layerChart() -> HTML? {
    let points = layers.filter(\.signalToNoise.isFinite).map { layer in
      (
        x: Double(layer.layers), y: layer.signalToNoise,
        label: "after layer \(layer.layers): \(layer.signalToNoise.decimals(1)) dB"
      )
    }
    return decibelChart(
      [points], from: 0, description: "Signal to noise of the hidden states after each layer")
  }

  /// The signal-to-noise ratio of each matrix by itself: a line for each of the four in a layer.
  func matrixChart() -> HTML? {
    let series = DriftReport.matrixNames.map { name in
      matrices.filter { $0.matrix.name == name && $0.signalToNoise.isFinite }.map { matrix in
        (
          x: Double(matrix.layer + 1), y: matrix.signalToNoise,
          label: "layer \(matrix.layer + 1), \(name): \(matrix.signalToNoise.decimals(1)) dB"
        )
      }
    }
    return decibelChart(series, from: 1, description: "Signal to noise of each matrix by itself")
  }

  /// In the order of computation, as the series of `matrixChart`.
  static let matrixNames = MatrixInput.Matrix.allCases.map(\.name)

  private func decibelChart(
    _ series: [[(x: Double, y: Double, label: String)]], from first: Int, description: String
  ) -> HTML? {
    let values = series.joined().map(\.y)
    guard let low = values.min(), let high = values.max() else { return nil }
    let last = layers.count - 1
    var chart = Chart(
      x: Double(first) - 0.3...Double(last) + 0.3, y: low.rounded(.down) - 1...high.rounded(.up) + 1)
    chart.grid { $0.decimals(0) }
    for (index, points) in series.enumerated() { chart.line(points, series: index) }
    let step = max(1, (last + 11) / 12)
    for layer in stride(from: first, through: last, by: step) {
      chart.label(x: Double(layer), layer == 0 ? "emb" : "\(layer)")
    }
    return chart.svg(x: "layer", y: "dB (more is better)", description: description)
  }

  /// The mean drift of short and long texts.
  func lengthChart() -> HTML? {
    let lengths = lengths
    let means = lengths.map { max(0, 1 - $0.cosine.mean) }
    guard let most = means.max() else { return nil }
    var chart = Chart(x: 0...Double(lengths.count), y: 0...(most > 0 ? most * 1.05 : 1))
    chart.grid { scientific($0) }
    for (index, length) in lengths.enumerated() {
      let range = "\(length.tokens.lowerBound)–\(length.tokens.upperBound)"
      let label = "\(range) tokens, \(length.texts) texts: \(scientific(means[index]))"
      chart.bar(Double(index) + 0.1...Double(index) + 0.9, to: means[index], label)
      chart.label(x: Double(index) + 0.5, range)
    }
    return chart.svg(
      x: "tokens", y: "mean of 1 − cosine", description: "Mean of 1 minus cosine by length of text")
  }
}

/// "2.5e-4": two digits at most, as drift is spoken of.
func scientific(_ value: Double) -> String {
  guard value > 0, value.isFinite else { return "0" }
  var exponent = 0
  var mantissa = value
  while mantissa < 0.995 {
    mantissa *= 10
    exponent -= 1
  }
  let digits = mantissa.decimals(1)
  let short = digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  return exponent == 0 ? short : "\(short)e\(exponent)"
}
