import DeviceBenchmark
import KoQuant

/// The figures of `koquant bench`, for people and for programs.
struct DeviceReport {
  let file: String
  let result: BenchmarkResult

  func table() -> String {
    let configuration = result.configuration
    let name = CPU.name()
    var text = "\(file): \(configuration.layers) layers x \(configuration.hiddenSize), "
    text += "\(megabytes(UInt64(result.fileBytes))), \(result.residency.name)\n"
    text += "\(name.isEmpty ? "unknown CPU" : name), kernels \(result.kernels)\n"
    for run in result.runs { text += "\n" + table(run) }
    return text + "\n" + memoryTable()
  }

  private func table(_ run: BenchmarkResult.Run) -> String {
    var text = "\(run.threads) thread\(run.threads == 1 ? "" : "s")"
    text += ": ceilings \(run.productCeiling.map(giga) ?? "-") GMAC/s of int8 products"
    if let read = run.readCeiling { text += ", \(giga(read)) GB/s from memory" }
    text += "\n   texts x tokens         ms    texts/s   tokens/s   GMAC/s  of ceiling"
    text += "  roofline ms  times it\n"
    for measurement in run.measurements { text += row(measurement) }
    for point in run.leftOut { text += "\(label(point))   left out: one pass takes too long\n" }
    return text
  }

  private func row(_ measurement: BenchmarkResult.Measurement) -> String {
    let point = measurement.point
    let texts = Double(point.texts) / measurement.seconds
    var row = label(point) + (1000 * measurement.seconds).decimals(2).right(11)
    row += texts.decimals(1).right(11) + (texts * Double(point.tokens)).decimals(0).right(11)
    row += giga(measurement.multiplyAddsPerSecond).right(9)
    row += (measurement.shareOfCeiling.map { "\((100 * $0).decimals(1)) %" } ?? "-").right(12)
    if let roofline = measurement.rooflineSeconds, let times = measurement.timesRoofline {
      row += (1000 * roofline).decimals(2).right(13) + times.decimals(2).right(10)
    }
    return row + "\n"
  }

  private func label(_ point: BenchmarkPoint) -> String {
    "\(String(point.texts).right(8)) x \(String(point.tokens).left(6))"
  }

  private func giga(_ value: Double) -> String { (value / 1e9).decimals(1) }

  private func memoryTable() -> String {
    var text = "opening \((1000 * result.openSeconds).decimals(1)) ms, "
    text += "first pass \((1000 * result.firstPassSeconds).decimals(1)) ms\n"
    let steps = [
      ("opened", result.opened), ("single texts", result.singleTexts), ("batches", result.batches),
    ]
    for (name, memory) in steps {
      guard let memory else { continue }
      text += "memory, \(name.left(14)) \(ByteCount.mebibytes(memory.resident).right(11)), "
      text += "without pages of files \(ByteCount.mebibytes(memory.unshared))\n"
    }
    return text
  }
}
