package io.rapidbyte.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LiveStatusTest {
  private static JsonNode status(String json) throws IOException {
    return new ObjectMapper().readTree(json.replace('\'', '"'));
  }

  @Test
  void putsProcessesTogetherAsIfTheyWereOne() throws IOException {
    JsonNode standby = status("{'source':{'phase':'standby'},'streams':[],'destinations':[]}");
    JsonNode leader =
        status(
            "{'source':{'phase':'streaming'},'streams':[{'stream':'public.a','rows':9,"
                + "'destinations':{}}],'destinations':[{'name':'w','state':'starting'}]}");
    JsonNode sink =
        status(
            "{'source':{'phase':'connecting'},'streams':[{'stream':'public.a','rows':0,"
                + "'destinations':{'w':{'rows':5,'records_behind':1}}}],"
                + "'destinations':[{'name':'w','state':'running'}]}");
    JsonNode another =
        status(
            "{'source':{'phase':'connecting'},'streams':[{'stream':'public.a','rows':0,"
                + "'destinations':{'w':{'rows':2,'records_behind':3,'error':{'code':'x'}}}}],"
                + "'destinations':[{'name':'w','state':'running'}]}");
    JsonNode whole = LiveStatus.of(List.of(standby, leader), List.of(sink, another));
    assertThat(whole.at("/source/phase").asText()).isEqualTo("streaming");
    assertThat(whole.at("/destinations/0/state").asText()).isEqualTo("running");
    assertThat(whole.at("/streams/0/rows").asInt()).isEqualTo(9);
    assertThat(whole.at("/streams/0/destinations/w/rows").asInt()).isEqualTo(7);
    assertThat(whole.at("/streams/0/destinations/w/records_behind").asInt()).isEqualTo(4);
    assertThat(whole.at("/streams/0/destinations/w/error/code").asText()).isEqualTo("x");
  }
}
