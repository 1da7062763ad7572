import DeviceBenchmark
import Interchange
import KoQuant

extension DeviceReport {
  func json() -> String {
    var writer = JSONWriter(style: .indented)
    writer.object { report in
      report.member("version", Koquant.configuration.version)
      report.member("file", file)
      report.member("bytes", result.fileBytes)
      report.member("layers", result.configuration.layers)
      report.member("hidden_size", result.configuration.hiddenSize)
      report.member("layer_weight_bytes", result.weightBytes)
      report.member("cpu", CPU.name())
      report.member("kernels", result.kernels)
      report.member("residency", result.residency.name.description)
      report.member("open_seconds", result.openSeconds)
      report.member("first_pass_seconds", result.firstPassSeconds)
      report.object("memory") { memory in
        memory.member("opened", result.opened)
        memory.member("single_texts", result.singleTexts)
        memory.member("batches", result.batches)
      }
      report.member("rounds", result.rounds)
      report.member("runs", result.runs)
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}

extension BenchmarkResult.Memory: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { memory in
      memory.member("resident_bytes", resident)
      memory.member("unshared_bytes", unshared)
    }
  }
}

extension BenchmarkResult.Run: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { run in
      run.member("threads", threads)
      run.member("ceiling_macs_per_second", productCeiling)
      run.member("ceiling_bytes_per_second", readCeiling)
      run.member("measurements", measurements)
      run.member("left_out", leftOut)
    }
  }
}

extension BenchmarkPoint: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("texts", texts)
      object.member("tokens", tokens)
    }
  }
}

extension BenchmarkResult.Measurement: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("texts", point.texts)
      object.member("tokens", point.tokens)
      object.member("seconds", seconds)
      object.member("texts_per_second", Double(point.texts) / seconds)
      object.member("tokens_per_second", Double(point.texts * point.tokens) / seconds)
      object.member("macs_per_second", multiplyAddsPerSecond)
      object.member("share_of_ceiling", shareOfCeiling)
      object.member("roofline_seconds", rooflineSeconds)
      object.member("times_roofline", timesRoofline)
    }
  }
}
