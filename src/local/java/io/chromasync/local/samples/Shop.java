package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Place;
import java.util.List;

/**
 * A merchant and what it sells, as printed: in capitals.
 *
 * @param category Google's word for it
 * @param items names with a price in cents, as in {@code BANANAS ORGANIC:199}
 */
record Shop(
    String placeId,
    String name,
    String category,
    String street,
    String city,
    String phone,
    String site,
    List<String> items) {

  static final List<Shop> ALL =
      List.of(
          new Shop(
              "ChIJsample0001",
              "Green Grocer #7",
              "grocery_store",
              "12 Harbor Street",
              "Ventura, CA 93001",
              "(805) 555-0142",
              "www.greengrocer.example",
              List.of(
                  "BANANAS ORGANIC:199",
                  "AVOCADO HASS 4CT:599",
                  "SOURDOUGH LOAF:649",
                  "MILK 2% GALLON:429",
                  "EGGS LARGE DOZEN:389",
                  "ROMA TOMATOES LB:274",
                  "BABY SPINACH 5OZ:349",
                  "CHEDDAR SHARP:575")),
          new Shop(
              "ChIJsample0002",
              "CVS PHARMACY",
              "pharmacy",
              "3900 Telegraph Road",
              "Ventura, CA 93003",
              "(805) 555-0177",
              "www.cvs.example",
              List.of(
                  "IBUPROFEN 200MG 100:1099",
                  "TOOTHPASTE MINT:479",
                  "SHAMPOO DAILY:699",
                  "BANDAGES ASSORTED:529",
                  "VITAMIN D3 2000IU:1249",
                  "HAND SOAP:319",
                  "COTTON SWABS 500:399",
                  "GREETING CARD:599")),
          new Shop(
              "ChIJsample0003",
              "Joe's Hardware & Garden",
              "hardware_store",
              "781 East Main Street",
              "Ojai, CA 93023",
              "(805) 555-0119",
              "joeshardware.example",
              List.of(
                  "WOOD SCREWS #8 1LB:849",
                  "PAINT BRUSH 2IN:725",
                  "SANDPAPER 120 GRIT:459",
                  "HOSE NOZZLE BRASS:1299",
                  "POTTING SOIL 1CF:1075",
                  "LED BULB 60W 4PK:999",
                  "DUCT TAPE SILVER:689",
                  "TOMATO CAGE:575")),
          new Shop(
              "ChIJsample0004",
              "7-eleven",
              "convenience_store",
              "2450 Thompson Boulevard",
              "Ventura, CA 93001",
              "(805) 555-0103",
              "www.7-eleven.example",
              List.of(
                  "COFFEE LARGE:249",
                  "HOT DOG 1/4LB:329",
                  "SPARKLING WATER:199",
                  "TRAIL MIX:449",
                  "GUM PEPPERMINT:179",
                  "CHIPS SEA SALT:259",
                  "ICE 7LB:299",
                  "DONUT GLAZED:159")),
          new Shop(
              "ChIJsample0005",
              "La Fonda Cocina",
              "mexican_restaurant",
              "55 Calle Real",
              "Goleta, CA 93117",
              "(805) 555-0188",
              "lafonda.example",
              List.of(
                  "TACO AL PASTOR:425",
                  "BURRITO CARNITAS:1195",
                  "GUACAMOLE CHIPS:795",
                  "HORCHATA:375",
                  "ENCHILADAS VERDES:1425",
                  "QUESADILLA POLLO:995",
                  "FLAN DE LA CASA:650",
                  "AGUA FRESCA:350")));

  Place place() {
    return new Place(placeId, name, category, street + ", " + city, phone);
  }
}
